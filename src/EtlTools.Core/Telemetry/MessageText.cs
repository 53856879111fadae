using System.Globalization;
using System.Text;
using Serilog.Events;
using Serilog.Parsing;

namespace EtlTools.Core.Telemetry;

/// <summary>Renders messages in the invariant culture, without the quotes Serilog puts around text.</summary>
internal static class MessageText
{
    public static string Render(LogEvent logEvent)
    {
        var text = new StringBuilder();
        foreach (var token in logEvent.MessageTemplate.Tokens)
        {
            if (token is PropertyToken property && logEvent.Properties.TryGetValue(property.PropertyName, out var value))
                text.Append(Format(value, property.Format));
            else
                text.Append(token);
        }

        return text.ToString();
    }

    private static string Format(LogEventPropertyValue value, string? format) => value is not ScalarValue scalar
        ? value.ToString(null, CultureInfo.InvariantCulture)
        : scalar.Value switch
        {
            null => "(none)",
            DateTimeOffset moment => moment.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture),
            double number => number.ToString(format ?? "0.###", CultureInfo.InvariantCulture),
            IFormattable formattable => formattable.ToString(format, CultureInfo.InvariantCulture),
            var other => other.ToString() ?? "",
        };
}
