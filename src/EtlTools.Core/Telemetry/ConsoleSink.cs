using Microsoft.Extensions.Logging;
using Serilog.Core;
using Serilog.Events;

namespace EtlTools.Core.Telemetry;

/// <summary>Hands messages to the front end, which knows how to show them.</summary>
internal sealed class ConsoleSink(TimeProvider time, SecretScrubber scrubber, Action<LogLevel, string> show) : ILogEventSink
{
    public void Emit(LogEvent logEvent)
    {
        var line = LogLine.From(logEvent, time, scrubber);
        show(line.Level, line.Message);
    }
}
