using EtlTools.Core;
using EtlTools.Core.Errors;

namespace EtlTools.Cmdlets.Errors;

/// <summary>The one error of a command that several tables have failed in.</summary>
internal static class FailedTables
{
    /// <summary>All messages and remedies, with the code of the most serious failure, and where the log is.</summary>
    /// <param name="session">Takes secrets out; knows the log.</param>
    /// <param name="failed">At least one table, and how it failed.</param>
    public static EtlCommandException Of(EtlSession session, IReadOnlyList<(string Table, Exception Error)> failed)
    {
        var failures = failed.Select(entry => (entry.Table, Failure: Failure.Of(entry.Error))).ToList();
        // A failure before a wrong setting.
        var worst = failures.OrderBy(entry => entry.Failure.Kind == FailureKind.Usage).First().Failure;
        var message = string.Join(Environment.NewLine, failures.Select(entry => Named(entry.Table, entry.Failure.Message)));
        var remedy = string.Join(Environment.NewLine, failures.Select(entry => entry.Failure.Remedy).Distinct());
        return new EtlCommandException(
            session.Scrubber.Scrub(CmdletWords.In(message)), worst.Code,
            session.Scrubber.Scrub(CmdletWords.In(remedy)) + $" The log is in {session.LogDirectory}.");
    }

    private static string Named(string table, string message) => message.StartsWith(table, StringComparison.Ordinal) ? message : $"{table}: {message}";
}
