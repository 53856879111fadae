using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace EtlTools.Core.Alerts;

/// <summary>
/// Tells people when runs go wrong. Operations that run for long hold a <see cref="Watch"/>; nothing here ever throws at them, waits for
/// a receiver, or changes how a run ends. Disposing waits some seconds at most for alerts on their way.
/// </summary>
public sealed class AlertDispatcher : IAsyncDisposable
{
    private readonly AlertSettings _settings;
    private readonly string? _environmentName;
    private readonly SecretScrubber _scrubber;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AlertPace _pace;
    private readonly List<IAlertTarget> _targets;
    private readonly List<AlertLane> _lanes;
    private readonly Lock _repeating = new();
    private readonly Dictionary<(AlertReason, string, string?, string?), DateTimeOffset> _sent = [];

    internal AlertDispatcher(EtlSettings settings, SecretScrubber scrubber, TimeProvider time, ILogger logger, AlertPace? pace = null)
    {
        (_settings, _environmentName, _scrubber, _time, _logger) = (settings.Alerts, settings.EnvironmentName, scrubber, time, logger);
        _pace = pace ?? new();
        _targets = Targets(settings.Alerts, time);
        _lanes = [.. _targets.Select(target => new AlertLane(target, _pace, time, logger))];
    }

    /// <summary>Whether there is anybody to tell; what would be told is in the log in any case.</summary>
    public bool HasTargets => _targets.Count > 0;

    /// <summary>
    /// Watches a run until disposed: tell it whenever the run has got on, and when it has failed. Stalls and too many refused rows it
    /// notices by itself.
    /// </summary>
    /// <param name="operation">What is at work: <c>sync</c>, <c>backfill</c>.</param>
    /// <param name="name">The table or plan.</param>
    /// <param name="runId">The run in <c>etl.run</c>; null when there is none.</param>
    /// <param name="isWatchedAtOnce">Whether it may stall before it has told of any progress; false for what does not tell reliably.</param>
    public RunWatch Watch(string operation, string name, Guid? runId = null, bool isWatchedAtOnce = true) =>
        new(this, _settings, _time, operation, name, runId, isWatchedAtOnce);

    /// <summary>Reports that something failed that no <see cref="RunWatch"/> is for, such as a command before its first run. A stop on request is no failure.</summary>
    /// <param name="operation">What was at work.</param>
    /// <param name="name">The table or plan; null for the whole command.</param>
    /// <param name="error">Why. Of exceptions that may quote a row's data only the code is told.</param>
    /// <param name="runId">The run in <c>etl.run</c>; null when there is none.</param>
    public void Failed(string operation, string? name, Exception error, Guid? runId = null) => Failed(operation, name, error, runId, null, null);

    internal void Failed(string operation, string? name, Exception error, Guid? runId, long? read, long? refused)
    {
        if (Failure.Of(error).Kind == FailureKind.Stopped) return;
        var (code, message, remedy) = AlertText.Of(error);
        Raise(New(AlertReason.RunFailed, operation, name, runId, "failed") with { Code = code, Message = message, Remedy = remedy, Read = read, Refused = refused });
    }

    /// <summary>Makes an alert of now.</summary>
    internal Alert New(AlertReason reason, string operation, string? name, Guid? runId, string what) => new()
    {
        Reason = reason, Operation = operation, Name = name, RunId = runId, Title = $"EtlTools: {operation}{(name is null ? "" : $" of {name}")} {what}.", Message = "",
        At = _time.GetUtcNow(), EnvironmentName = _environmentName,
    };

    /// <summary>Queues an alert for every target, unless the same was sent a while ago.</summary>
    internal void Raise(Alert alert)
    {
        alert = Scrubbed(alert);
        // A failed run is in the log already, with its exception.
        if (alert.Reason != AlertReason.RunFailed) AlertLog.Raised(_logger, alert.Title, alert.Message);
        if (_lanes.Count == 0) return;
        if (IsRepeated(alert))
        {
            AlertLog.NotRepeated(_logger, alert.Word, alert.Name ?? alert.Operation);
            return;
        }

        foreach (var lane in _lanes) lane.Post(alert);
    }

    /// <summary>Sends a test alert to each target, past the queues, and waits for the answers.</summary>
    /// <exception cref="ConfigurationException">There is no target.</exception>
    public async Task<IReadOnlyList<AlertTrial>> TestAsync(CancellationToken stop)
    {
        if (!HasTargets)
        {
            throw new ConfigurationException(
                "There is nobody to alert: neither ALERT_WEBHOOK_URL nor ALERT_COMMAND nor ALERT_EVENT_LOG is set.", "Set one of them; docs/alerts.md says how.");
        }

        var alert = Scrubbed(New(AlertReason.Test, "alert test", null, null, "") with { Title = "EtlTools: this is a test.", Message = "Somebody tries out whether alerts arrive here. Nothing is wrong." });
        return await Task.WhenAll(_targets.Select(target => TryAsync(target, alert, stop))).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_lanes.Select(lane => lane.DisposeAsync().AsTask())).ConfigureAwait(false);
        foreach (var target in _targets.OfType<IDisposable>()) target.Dispose();
    }

    private async Task<AlertTrial> TryAsync(IAlertTarget target, Alert alert, CancellationToken stop)
    {
        var begun = _time.GetTimestamp();
        // A person is waiting: one more attempt tells as much as five.
        var problem = await new AlertDelivery(target, _pace with { Attempts = 1 }, _time, _logger).TryAsync(alert, stop).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        return new AlertTrial(target.Name, problem, _time.GetElapsedTime(begun));
    }

    private bool IsRepeated(Alert alert)
    {
        if (_settings.Repeat == TimeSpan.Zero) return false;
        var same = (alert.Reason, alert.Operation, alert.Name, alert.Code);
        lock (_repeating)
        {
            if (_sent.TryGetValue(same, out var before) && alert.At - before < _settings.Repeat) return true;
            _sent[same] = alert.At;
            return false;
        }
    }

    private Alert Scrubbed(Alert alert) => alert with
    {
        Title = _scrubber.Scrub(alert.Title), Message = _scrubber.Scrub(alert.Message), Remedy = _scrubber.Scrub(alert.Remedy),
    };

    private static List<IAlertTarget> Targets(AlertSettings settings, TimeProvider time)
    {
        var targets = new List<IAlertTarget>();
        if (settings.WebhookUrl is { } url) targets.Add(new WebhookTarget(url, settings.WebhookFormat, time));
        if (settings.Command is { } command) targets.Add(new CommandTarget(command, settings.CommandFolder));
        if (settings.EventLog) targets.Add(new EventLogTarget());
        return targets;
    }
}

/// <summary>What came of a test alert.</summary>
/// <param name="Target">Which target; no secret.</param>
/// <param name="Problem">Why it did not arrive; null when it did.</param>
/// <param name="Duration">How long it took.</param>
public sealed record AlertTrial(string Target, string? Problem, TimeSpan Duration)
{
    /// <summary>Whether the target took it.</summary>
    public bool IsDelivered => Problem is null;
}
