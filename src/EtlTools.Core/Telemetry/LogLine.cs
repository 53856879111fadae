using Microsoft.Extensions.Logging;
using Serilog.Events;

namespace EtlTools.Core.Telemetry;

/// <summary>One logged event as it leaves the program: rendered, and free of secrets.</summary>
internal sealed record LogLine(
    DateTimeOffset At, LogLevel Level, int? EventId, string? EventName, string? Category, string Message,
    IReadOnlyList<KeyValuePair<string, object?>> Properties, string? Exception)
{
    public Guid? RunId => Property("run_id") is string text && Guid.TryParse(text, out var id) ? id : null;

    public string? Pipeline => Property("pipeline") as string;

    public static LogLine From(LogEvent logEvent, TimeProvider time, SecretScrubber scrubber)
    {
        int? id = null;
        string? name = null, category = null;
        var properties = new List<KeyValuePair<string, object?>>(logEvent.Properties.Count);
        foreach (var (key, value) in logEvent.Properties)
        {
            switch (key)
            {
                case "EventId" when value is StructureValue structure:
                    id = Scalar(structure, "Id") as int?;
                    name = Scalar(structure, "Name") as string;
                    break;
                case "SourceContext":
                    category = (value as ScalarValue)?.Value as string;
                    break;
                case "{OriginalFormat}" or "Scope":
                    break;
                default:
                    properties.Add(new(SnakeCase.From(key), Plain(value, scrubber)));
                    break;
            }
        }

        var message = MessageText.Render(logEvent);
        return new LogLine(
            time.GetUtcNow(), LevelOf(logEvent.Level), id, name, category, scrubber.Scrub(message), properties,
            scrubber.Scrub(logEvent.Exception?.ToString()));
    }

    private object? Property(string name) => Properties.FirstOrDefault(property => property.Key == name).Value;

    private static object? Scalar(StructureValue structure, string name) =>
        (structure.Properties.FirstOrDefault(property => property.Name == name)?.Value as ScalarValue)?.Value;

    /// <summary>Numbers and truth values stay what they are, so that logs can be computed with; all else is scrubbed text.</summary>
    private static object? Plain(LogEventPropertyValue value, SecretScrubber scrubber) => value is ScalarValue scalar
        ? scalar.Value switch
        {
            null => null,
            bool or byte or short or int or long or double or decimal => scalar.Value,
            DateTimeOffset moment => moment.ToUniversalTime().ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            IFormattable formattable => scrubber.Scrub(formattable.ToString(null, System.Globalization.CultureInfo.InvariantCulture)),
            var other => scrubber.Scrub(other.ToString()),
        }
        : scrubber.Scrub(value.ToString(null, System.Globalization.CultureInfo.InvariantCulture));

    private static LogLevel LevelOf(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => LogLevel.Trace,
        LogEventLevel.Debug => LogLevel.Debug,
        LogEventLevel.Information => LogLevel.Information,
        LogEventLevel.Warning => LogLevel.Warning,
        LogEventLevel.Error => LogLevel.Error,
        _ => LogLevel.Critical,
    };
}
