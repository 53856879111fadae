using System.Text.Json;

namespace EtlTools.Core.Alerts;

/// <summary>
/// An alert as a message of a Slack incoming webhook. All texts are <c>plain_text</c>, in which Slack reads no mark-up: an error text can
/// neither call a whole channel nor become a link.
/// </summary>
internal static class SlackBody
{
    // Slack refuses a message with a longer one.
    private const int HeaderLength = 150, TextLength = 3000, FieldLength = 2000, Fields = 10;

    public static byte[] Of(Alert alert) => AlertJson.Write(json =>
    {
        // Shown in notifications and where blocks are not; here mark-up is read.
        json.WriteString("text", Escape(AlertJson.Shorten($"{Sign(alert)} {alert.Title}", TextLength)));
        json.WriteStartArray("blocks");
        Block(json, "header", () => Text(json, "text", $"{Sign(alert)} {alert.Title}", HeaderLength));
        Block(json, "section", () => Text(json, "text", alert.Remedy is { } remedy ? $"{alert.Message}\n→ {remedy}" : alert.Message, TextLength));
        Block(json, "section", () =>
        {
            json.WriteStartArray("fields");
            foreach (var (name, value) in AlertJson.Facts(alert).Take(Fields)) Text(json, null, $"{name}: {value}", FieldLength);
            json.WriteEndArray();
        });
        json.WriteEndArray();
    });

    private static string Sign(Alert alert) => alert.Severity switch { "error" => "🔴", "warning" => "🟠", _ => "🔵" };

    private static void Block(Utf8JsonWriter json, string type, Action content)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        content();
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string? name, string text, int length)
    {
        if (name is not null) json.WritePropertyName(name);
        json.WriteStartObject();
        json.WriteString("type", "plain_text");
        json.WriteString("text", AlertJson.Shorten(text, length));
        json.WriteBoolean("emoji", false);
        json.WriteEndObject();
    }

    private static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
