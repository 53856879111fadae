using EtlTools.Cli.Rendering;
using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.Status;

namespace EtlTools.Cli.Commands;

/// <summary><c>etl status --watch</c>: looks every two seconds until it is stopped. A server that goes away meanwhile is waited for.</summary>
internal sealed class StatusWatch(CommandSession session)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly ActivityQuery _query = new(session.Etl);
    private readonly HashSet<Guid> _running = [];
    private readonly HashSet<Guid> _ended = [];
    private DateTimeOffset? _last;

    public async Task<CommandReport> RunAsync(CancellationToken stop)
    {
        session.Surroundings.StopNotice.Text = null;
        // The first look fails as every command does: wrong settings do not mend themselves.
        var first = await LookAsync(stop).ConfigureAwait(false);
        if (session.Surroundings.IsOutTerminal && session.Arguments is { IsJson: false, IsQuiet: false })
            await new ActivityScreen(session.Terminal.Out, session.Etl.Scrubber).RunAsync(show => GoOnAsync(first, show, stop), session.Etl.Time).ConfigureAwait(false);
        else
            await GoOnAsync(first, new ActivityLines(session.Surroundings.Out, session.Etl.Scrubber, session.Etl.Time, session.Arguments).Show, stop).ConfigureAwait(false);
        return new WatchReport();
    }

    private async Task GoOnAsync(IReadOnlyList<Activity> first, Action<ActivityView> show, CancellationToken stop)
    {
        show(new ActivityView(first, null));
        while (true)
        {
            await Task.Delay(Interval, session.Etl.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested) return;
            try
            {
                show(new ActivityView(await LookAsync(stop).ConfigureAwait(false), null));
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception lost) when (lost is ConnectionException || PostgresErrors.IsTransient(lost))
            {
                if (stop.IsCancellationRequested) return;
                show(new ActivityView([], Failure.Of(lost).Message));
            }
        }
    }

    private async Task<IReadOnlyList<Activity>> LookAsync(CancellationToken stop)
    {
        var (found, at) = await _query.ListAsync(_running, _last, stop).ConfigureAwait(false);
        // What ended before the first look is history.
        if (_last is null) _ended.UnionWith(found.Where(activity => !activity.IsRunning).Select(activity => activity.Id));
        _last = at;
        _running.Clear();
        _running.UnionWith(found.Where(activity => activity.IsRunning).Select(activity => activity.Id));
        return [.. found.Where(activity => activity.IsRunning || _ended.Add(activity.Id))];
    }
}

/// <summary>What one look has found.</summary>
/// <param name="Activities">What is going on, and what has ended since the look before.</param>
/// <param name="Trouble">Why nothing could be found out; null when it could.</param>
internal sealed record ActivityView(IReadOnlyList<Activity> Activities, string? Trouble);
