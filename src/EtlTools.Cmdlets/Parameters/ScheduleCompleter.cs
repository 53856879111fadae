using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EtlTools.Core.Schedule;

namespace EtlTools.Cmdlets.Parameters;

/// <summary>Offers the names of this user's schedules.</summary>
public sealed class ScheduleCompleter : IArgumentCompleter
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CompletionWords.For(wordToComplete, Task.Run(NamesAsync).GetAwaiter().GetResult());

    private static async Task<List<(string Name, string About)>> NamesAsync()
    {
        using var patience = new CancellationTokenSource(s_patience, TimeProvider.System);
        try
        {
            var schedules = new Schedules(SessionSource.Variables(), TimeProvider.System);
            return [.. (await schedules.ListAsync(SchedulerKind.Auto, patience.Token).ConfigureAwait(false)).Select(entry => (entry.Job.Name, $"{entry.Scheduler}, {entry.Job.Interval}"))];
        }
#pragma warning disable CA1031 // Somebody presses Tab: where nothing can be offered, nothing is.
        catch (Exception)
#pragma warning restore CA1031
        {
            return [];
        }
    }
}
