namespace EtlTools.Core.Config;

/// <summary>One setting of the environment or <c>.env</c>: what <c>config/.env.example</c>, the documentation and <c>etl check</c> say about it.</summary>
/// <param name="Name">Name of the environment variable.</param>
/// <param name="Section">Heading it stands under.</param>
/// <param name="Description">What it does, units and allowed values included.</param>
/// <param name="Default">Value that applies when it is not set, as it would be written; null when there is none.</param>
/// <param name="IsSecret">Whether its value must never be shown.</param>
public abstract record Setting(string Name, string Section, string Description, string? Default, bool IsSecret);

/// <summary>A setting with the reader of its text.</summary>
internal sealed record Setting<T>(
    string Name,
    string Section,
    string Description,
    string? Default,
    bool IsSecret,
    SettingParser<T> Parser) : Setting(Name, Section, Description, Default, IsSecret);

/// <summary>How the text of a setting becomes a value. <see cref="Expected"/> completes "is not …" in a message.</summary>
internal sealed record SettingParser<T>(TryParseText<T> TryParse, string Expected);

/// <summary>Reads a value from text; false when the text is not one.</summary>
internal delegate bool TryParseText<T>(string text, out T value);
