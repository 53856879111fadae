using System.Globalization;
using EtlTools.Core.Config;

namespace EtlTools.Core.Alerts;

/// <summary>
/// Watches one run for its <see cref="AlertDispatcher"/>. All members may be called from any thread, cost next to nothing, and never throw.
/// </summary>
public sealed class RunWatch : IDisposable
{
    /// <summary>Of fewer rows a share says little while more are to come; at the end of a run it is looked at in any case.</summary>
    private const int RowsForShare = 1000;

    private readonly AlertDispatcher _alerts;
    private readonly AlertSettings _settings;
    private readonly TimeProvider _time;
    private readonly string _operation, _name;
    private readonly Guid? _runId;
    private readonly ITimer? _stall;
    private readonly Lock _state = new();
    private long _read, _refused, _since;
    private bool _hasReportedShare, _hasFailed, _isDisposed;

    internal RunWatch(AlertDispatcher alerts, AlertSettings settings, TimeProvider time, string operation, string name, Guid? runId, bool isWatchedAtOnce)
    {
        (_alerts, _settings, _time, _operation, _name, _runId) = (alerts, settings, time, operation, name, runId);
        _since = time.GetTimestamp();
        if (settings.Stall > TimeSpan.Zero) _stall = time.CreateTimer(_ => Stalled(), null, isWatchedAtOnce ? settings.Stall : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The run has got on: a batch is in, a phase has begun.</summary>
    /// <param name="read">Rows read since the run began.</param>
    /// <param name="refused">Rows of these that were refused.</param>
    public void Progress(long read, long refused)
    {
        lock (_state)
        {
            if (_isDisposed) return;
            (_read, _refused, _since) = (read, refused, _time.GetTimestamp());
            _stall?.Change(_settings.Stall, Timeout.InfiniteTimeSpan);
        }

        if (read >= RowsForShare) ReportShare();
    }

    /// <summary>The run has ended with an error. A stop on request is none.</summary>
    /// <param name="error">Why. Of exceptions that may quote a row's data only the code is told.</param>
    public void Failed(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        lock (_state) _hasFailed = true;
        _alerts.Failed(_operation, _name, error, _runId, _read, _refused);
    }

    /// <summary>The run has ended.</summary>
    public void Dispose()
    {
        lock (_state)
        {
            if (_isDisposed) return;
            _isDisposed = true;
        }

        _stall?.Dispose();
        // The report of a failure has the figures already.
        if (!_hasFailed) ReportShare();
    }

    private void ReportShare()
    {
        lock (_state)
        {
            if (_hasReportedShare || _settings.ErrorShare <= 0 || _refused <= _settings.ErrorShare * _read) return;
            _hasReportedShare = true;
        }

        _alerts.Raise(_alerts.New(AlertReason.ErrorShare, _operation, _name, _runId, "refuses many rows") with
        {
            Message = string.Create(CultureInfo.InvariantCulture, $"{_refused:N0} of {_read:N0} rows are in quarantine, more than {_settings.ErrorShare * 100:0.##}%."),
            Remedy = "See 'etl errors list' for the rows and reasons; 'etl errors retry' loads them after a repair. ALERT_ERROR_SHARE is the threshold.",
            Read = _read, Refused = _refused,
        });
    }

    private void Stalled()
    {
        TimeSpan still;
        lock (_state)
        {
            if (_isDisposed) return;
            still = _time.GetElapsedTime(_since);
            if (still < _settings.Stall)
            {
                // Progress came while the timer was due, or the timer, which has a clock of its own, was a little early.
                _stall?.Change(_settings.Stall - still + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
                return;
            }
        }

        _alerts.Raise(_alerts.New(AlertReason.Stall, _operation, _name, _runId, "does not get on") with
        {
            Message = string.Create(CultureInfo.InvariantCulture, $"No progress for {still.TotalSeconds:0} s, after {_read:N0} rows. It is still at work and goes on by itself if it can."),
            Remedy = "The log says what it waits for: a lock, a slow statement, a database that is away. ALERT_STALL_SECONDS is the threshold.",
            Read = _read, Refused = _refused,
        });
    }
}
