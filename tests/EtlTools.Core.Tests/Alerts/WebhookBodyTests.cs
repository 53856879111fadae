using System.Text;
using System.Text.Json;
using EtlTools.Core.Alerts;
using Xunit;

namespace EtlTools.Core.Tests.Alerts;

/// <summary>The shapes that Slack and Teams take, with texts that try to be more than text.</summary>
public sealed class WebhookBodyTests
{
    [Fact]
    public void Slack_gets_blocks_of_plain_text_and_a_fallback_without_mark_up()
    {
        var message = Parse(SlackBody.Of(AlertWorld.Full with { Title = "failed <!channel> & more" }));

        Assert.Equal("🔴 failed &lt;!channel&gt; &amp; more", message.GetProperty("text").GetString());
        var blocks = message.GetProperty("blocks").EnumerateArray().ToArray();
        Assert.Equal(["header", "section", "section"], blocks.Select(block => block.GetProperty("type").GetString()));
        Assert.Equal("🔴 failed <!channel> & more", blocks[0].GetProperty("text").GetProperty("text").GetString());
        Assert.Equal(
            "Snowflake cannot be reached. <!channel> [click](http://evil.example) & more\n→ Wait, then run it again.", blocks[1].GetProperty("text").GetProperty("text").GetString());
        Assert.Equal(
            [
                "sync: notification_text", "Code: ETL-CONNECTION", "Rows read: 123,456", "Refused: 7", "Run: 11111111-2222-3333-4444-555555555555",
                "Environment: production", "Host: etl-1", "Time: 2026-03-04T05:06:07Z",
            ],
            blocks[2].GetProperty("fields").EnumerateArray().Select(field => field.GetProperty("text").GetString()));
        Assert.All(TextObjects(message), text => Assert.Equal("plain_text", text.GetProperty("type").GetString()));
    }

    [Fact]
    public void Slack_never_gets_a_text_longer_than_it_takes()
    {
        var message = Parse(SlackBody.Of(AlertWorld.Full with { Title = new string('t', 5000), Message = string.Concat(Enumerable.Repeat("😀", 5000)), Name = new string('n', 9000) }));

        var blocks = message.GetProperty("blocks").EnumerateArray().ToArray();
        Assert.Equal(150, blocks[0].GetProperty("text").GetProperty("text").GetString()!.Length);
        Assert.InRange(blocks[1].GetProperty("text").GetProperty("text").GetString()!.Length, 2990, 3000);
        Assert.All(blocks[2].GetProperty("fields").EnumerateArray(), field => Assert.True(field.GetProperty("text").GetString()!.Length <= 2000));
        // No half of a pair was left at the cut.
        Assert.DoesNotContain("\uFFFD", blocks[1].GetProperty("text").GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Teams_gets_an_adaptive_card_of_text_runs()
    {
        var message = Parse(TeamsBody.Of(AlertWorld.Full));

        Assert.Equal("message", message.GetProperty("type").GetString());
        var attachment = Assert.Single(message.GetProperty("attachments").EnumerateArray());
        Assert.Equal("application/vnd.microsoft.card.adaptive", attachment.GetProperty("contentType").GetString());
        var card = attachment.GetProperty("content");
        Assert.Equal(("AdaptiveCard", "1.4"), (card.GetProperty("type").GetString(), card.GetProperty("version").GetString()));
        Assert.Equal("http://adaptivecards.io/schemas/adaptive-card.json", card.GetProperty("$schema").GetString());
        var body = card.GetProperty("body").EnumerateArray().ToArray();
        Assert.All(body, block => Assert.Equal("RichTextBlock", block.GetProperty("type").GetString()));
        var runs = body.Select(block => Assert.Single(block.GetProperty("inlines").EnumerateArray())).ToArray();
        Assert.Equal(("TextRun", "attention", "bolder"), (runs[0].GetProperty("type").GetString(), runs[0].GetProperty("color").GetString(), runs[0].GetProperty("weight").GetString()));
        Assert.Equal(
            [
                "EtlTools: sync of notification_text failed.", "Snowflake cannot be reached. <!channel> [click](http://evil.example) & more", "→ Wait, then run it again.",
                "sync: notification_text", "Code: ETL-CONNECTION", "Rows read: 123,456", "Refused: 7", "Run: 11111111-2222-3333-4444-555555555555",
                "Environment: production", "Host: etl-1", "Time: 2026-03-04T05:06:07Z",
            ],
            runs.Select(run => run.GetProperty("text").GetString()));
    }

    [Fact]
    public void Teams_never_gets_more_than_28_KB()
    {
        var body = TeamsBody.Of(AlertWorld.Full with { Title = new string('t', 50_000), Message = new string('m', 50_000), Remedy = new string('r', 50_000) });
        Assert.True(body.Length < 28_000, $"{body.Length} bytes");
    }

    [Fact]
    public void The_generic_body_has_every_field_also_those_with_nothing_to_say()
    {
        var bare = new Alert { Reason = AlertReason.Stall, Operation = "backfill", Title = "t", Message = "m", At = AlertWorld.Full.At };
        Assert.Equal(
            Parse(AlertJson.Of(AlertWorld.Full)).EnumerateObject().Select(field => field.Name), Parse(AlertJson.Of(bare)).EnumerateObject().Select(field => field.Name));
        Assert.Equal(JsonValueKind.Null, Parse(AlertJson.Of(bare)).GetProperty("read").ValueKind);
        Assert.Equal(("stall", "warning"), (Parse(AlertJson.Of(bare)).GetProperty("reason").GetString(), Parse(AlertJson.Of(bare)).GetProperty("severity").GetString()));
    }

    private static JsonElement Parse(byte[] body) => JsonDocument.Parse(Encoding.UTF8.GetString(body)).RootElement;

    private static IEnumerable<JsonElement> TextObjects(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(field => field.Name == "text" && field.Value.ValueKind == JsonValueKind.Object ? [field.Value] : TextObjects(field.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(item => item.TryGetProperty("emoji", out _) ? [item] : TextObjects(item)),
        _ => [],
    };
}
