using System.Runtime.InteropServices;
using EtlTools.Cmdlets.Pipeline;

namespace EtlTools.Cmdlets;

/// <summary>
/// For scripts that a scheduler runs: while one of these exists, SIGTERM asks the commands at work to stop at the next batch boundary,
/// instead of ending the process. A second one ends it.
/// </summary>
public sealed class JobSignals : IDisposable
{
    private readonly PosixSignalRegistration _registration;

    /// <summary>Begins to listen.</summary>
    public JobSignals() => _registration = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);

    /// <summary>Whether a stop was asked for.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>Ends listening.</summary>
    public void Dispose() => _registration.Dispose();

    private void OnSignal(PosixSignalContext context)
    {
        if (IsStopping) return;
        context.Cancel = IsStopping = true;
        PipelinePump.RequestStopOfAll();
    }
}
