using System.Globalization;
using EtlTools.Core.Backfill;
using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.State;
using Npgsql;

namespace EtlTools.Core.Report;

/// <summary>
/// Leaves the report of a backfill behind when a process's part in it has ended, however it ended: a page and a JSON document. One
/// that goes on later replaces them. A report that cannot be written makes nothing fail: it can be made at any time.
/// </summary>
public static class ReportAtEnd
{
    /// <summary>Writes the report.</summary>
    /// <param name="session">Settings and database.</param>
    /// <param name="result">What has ended; a dry run and a backfill that was finished before leave no report.</param>
    /// <param name="path">A file (<c>.html</c>, <c>.json</c>, <c>.txt</c>) or a folder, as a full path; null takes <c>ETL_REPORT_DIR</c>.</param>
    public static async Task<WrittenReport> WriteAsync(EtlSession session, BackfillResult result, string? path)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(result);
        if (result is not { Plan: { } plan, Run: { Status: not RunStatus.Idle } } || (path ?? session.Settings.Settings.Telemetry.ReportDirectory) is not { } place)
            return new WrittenReport([], null);
        try
        {
            // A stop that was asked for has done its work by now.
            var report = await new BackfillReportQuery(session).RunAsync(plan.Id, CancellationToken.None).ConfigureAwait(false)
                ?? throw new ConfigurationException($"The plan of {plan.Name} is gone.", "Somebody has deleted it.");
            var files = FilesOf(plan, place);
            foreach (var (file, format) in files)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                await report.WriteAsync(file, format, CancellationToken.None).ConfigureAwait(false);
            }

            return new WrittenReport([.. files.Select(file => file.Path)], null);
        }
        catch (Exception failure) when (failure is EtlException or NpgsqlException or IOException or UnauthorizedAccessException || PostgresErrors.IsTransient(failure))
        {
            return new WrittenReport([], $"The report could not be written ({Failure.Of(failure).Message}); `etl backfill report {plan.Name}` makes it at any time.");
        }
    }

    private static IReadOnlyList<(string Path, ReportFormat Format)> FilesOf(BackfillPlan plan, string place)
    {
        if (!Directory.Exists(place) && ReportFormats.OfFile(place) is { } format) return [(Path.GetFullPath(place), format)];
        var name = string.Create(CultureInfo.InvariantCulture, $"backfill-{Safe(plan.Name)}-{plan.CreatedAt.UtcDateTime:yyyyMMdd-HHmmss}");
        return [(Path.GetFullPath(Path.Combine(place, name + ".html")), ReportFormat.Html), (Path.GetFullPath(Path.Combine(place, name + ".json")), ReportFormat.Json)];
    }

    // What every file system takes; the time keeps names apart.
    private static string Safe(string name) => string.Concat(name.Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_')).Trim('.');
}

/// <summary>What became of a report.</summary>
/// <param name="Files">Full paths of what was written, the page first; none when none was wanted, or it could not be written.</param>
/// <param name="Problem">Why it could not; null when it could.</param>
public sealed record WrittenReport(IReadOnlyList<string> Files, string? Problem);
