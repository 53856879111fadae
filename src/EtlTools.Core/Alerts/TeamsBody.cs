using System.Text.Json;

namespace EtlTools.Core.Alerts;

/// <summary>
/// An alert as an adaptive card, as a Teams workflow for webhook requests takes it. Texts from outside stand in text runs, in which
/// Teams reads no mark-up: an error text cannot become a link.
/// </summary>
internal static class TeamsBody
{
    // Teams refuses messages above 28 KB.
    private const int TextLength = 6000;

    public static byte[] Of(Alert alert) => AlertJson.Write(json =>
    {
        json.WriteString("type", "message");
        json.WriteStartArray("attachments");
        json.WriteStartObject();
        json.WriteString("contentType", "application/vnd.microsoft.card.adaptive");
        json.WriteNull("contentUrl");
        json.WriteStartObject("content");
        json.WriteString("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
        json.WriteString("type", "AdaptiveCard");
        json.WriteString("version", "1.4");
        // What notifications show.
        json.WriteString("fallbackText", AlertJson.Shorten(alert.Title, TextLength));
        json.WriteStartArray("body");
        Text(json, alert.Title, Colour(alert), isTitle: true);
        Text(json, alert.Message, "default", isTitle: false);
        if (alert.Remedy is { } remedy) Text(json, "→ " + remedy, "default", isTitle: false);
        foreach (var (name, value) in AlertJson.Facts(alert)) Text(json, $"{name}: {value}", "default", isTitle: false, isFact: true);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    });

    private static string Colour(Alert alert) => alert.Severity switch { "error" => "attention", "warning" => "warning", _ => "accent" };

    private static void Text(Utf8JsonWriter json, string text, string colour, bool isTitle, bool isFact = false)
    {
        json.WriteStartObject();
        json.WriteString("type", "RichTextBlock");
        if (isFact) json.WriteString("spacing", "none");
        json.WriteStartArray("inlines");
        json.WriteStartObject();
        json.WriteString("type", "TextRun");
        json.WriteString("text", AlertJson.Shorten(text, TextLength));
        json.WriteString("color", colour);
        if (isTitle) json.WriteString("weight", "bolder");
        if (isTitle) json.WriteString("size", "medium");
        if (isFact) json.WriteBoolean("isSubtle", true);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
