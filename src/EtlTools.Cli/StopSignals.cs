using System.Runtime.InteropServices;

namespace EtlTools.Cli;

/// <summary>Ctrl-C and SIGTERM: the first asks for a stop at the next batch boundary, the second ends the process at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TextWriter _error;
    private readonly StopNotice _notice;
    private readonly PosixSignalRegistration[] _registrations;
    private int _received;

    public StopSignals(TextWriter error, StopNotice notice)
    {
        (_error, _notice) = (error, notice);
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _received) > 1) Environment.Exit((int)ExitCode.Stopped);
        context.Cancel = true;
        if (_notice.Text is { } text) _error.WriteLine(text);
        _stop.Cancel();
    }
}
