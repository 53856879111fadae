using System.Management.Automation;
using EtlTools.Cmdlets.Errors;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Schedule;
using EtlTools.Core.Telemetry;

namespace EtlTools.Cmdlets.Commands;

/// <summary>A command on schedules that exist; it needs no settings.</summary>
public abstract class ScheduleCmdlet : AsyncCmdlet
{
    private readonly List<string> _names = [];

    /// <summary>Which scheduler; all that this machine has when left out.</summary>
    [Parameter]
    public EtlScheduler Using { get; set; }

    /// <summary>What was named, in the order in which it came.</summary>
    protected IReadOnlyList<string> Names => _names;

    /// <summary>This user's schedules.</summary>
    private protected static Schedules Schedules => new(SessionSource.Variables(), TimeProvider.System);

    /// <summary>Keeps a name from the pipeline or the command line.</summary>
    protected void Add(IEnumerable<string> names) => _names.AddRange(names);

    /// <inheritdoc/>
    protected override ErrorRecord RecordOf(Exception exception) =>
        FailureRecord.Of(exception, MyInvocation.MyCommand.Name, _names.Count == 1 ? _names[0] : null, new SecretScrubber());

    /// <summary>The schedules that were named, all when none was.</summary>
    /// <exception cref="ConfigurationException">A name without * is not there.</exception>
    private protected async Task<IReadOnlyList<ScheduleEntry>> FindAsync(CancellationToken stop)
    {
        var entries = await Schedules.ListAsync((SchedulerKind)Using, stop).ConfigureAwait(false);
        if (_names.Count == 0) return entries;
        var found = new List<ScheduleEntry>();
        foreach (var name in _names.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
            var matching = entries.Where(entry => pattern.IsMatch(entry.Job.Name) && !found.Contains(entry)).ToList();
            if (matching.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name) && !found.Exists(entry => pattern.IsMatch(entry.Job.Name)))
                throw new ConfigurationException($"There is no schedule '{name}'.{NearestName.Hint(name, entries.Select(entry => entry.Job.Name))}", "See Get-EtlSchedule.");
            found.AddRange(matching);
        }

        return found;
    }
}
