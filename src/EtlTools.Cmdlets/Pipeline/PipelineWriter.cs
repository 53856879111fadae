using System.Management.Automation;
using EtlTools.Cmdlets.Errors;
using EtlTools.Core.Telemetry;

namespace EtlTools.Cmdlets.Pipeline;

/// <summary>A cmdlet's streams for code on any thread. Objects go as they are; texts are scrubbed before they get here.</summary>
public sealed class PipelineWriter
{
    private readonly AsyncCmdlet _cmdlet;
    private readonly PipelinePump _pump;

    internal PipelineWriter(AsyncCmdlet cmdlet, PipelinePump pump)
    {
        _cmdlet = cmdlet;
        _pump = pump;
    }

    /// <summary>Puts an object into the pipeline.</summary>
    public void WriteObject(object value) => _pump.Post(() => _cmdlet.WriteObject(value));

    /// <summary>Warns.</summary>
    public void WriteWarning(string text) => _pump.Post(() => _cmdlet.WriteWarning(text));

    /// <summary>Tells who asked for <c>-Verbose</c>.</summary>
    public void WriteVerbose(string text) => _pump.Post(() => _cmdlet.WriteVerbose(text));

    /// <summary>Tells what goes on; visible, but not part of the result.</summary>
    public void WriteInformation(string text) => _pump.Post(() => _cmdlet.WriteInformation(
        new HostInformationMessage { Message = text }, ["PSHOST", "EtlTools"]));

    /// <summary>Reports an error without ending the command.</summary>
    public void WriteError(ErrorRecord record) => _pump.Post(() => _cmdlet.WriteError(record));

    /// <summary>Shows progress.</summary>
    public void WriteProgress(ProgressRecord record) => _pump.Post(() => _cmdlet.WriteProgress(record));

    /// <summary>Has a function run on the pipeline's thread: a question to the user, a script block.</summary>
    /// <exception cref="OperationCanceledException">The pipeline was stopped before.</exception>
    public Task<T> InvokeAsync<T>(Func<T> function) => _pump.InvokeAsync(function);

    /// <summary>Shows a log line. Errors are reported with their remedy as errors; the line is for who wants every detail.</summary>
    public void WriteLog(LogSeverity severity, string message) => _pump.Post(() =>
    {
        message = CmdletWords.In(message);
        switch (severity)
        {
            case LogSeverity.Trace or LogSeverity.Debug:
                _cmdlet.WriteDebug(message);
                break;
            case LogSeverity.Warning:
                _cmdlet.WriteWarning(message);
                break;
            default:
                _cmdlet.WriteVerbose(message);
                break;
        }
    });
}
