using System.Globalization;

namespace EtlTools.Cli.Rendering;

/// <summary>Numbers and times as people read them, the same in every culture.</summary>
internal static class Format
{
    /// <summary>Thousands separated by commas.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>12 ms</c>, <c>3.4 s</c>, <c>2 min 05 s</c>, <c>1 h 02 min</c>.</summary>
    public static string Duration(TimeSpan time) => time.TotalMilliseconds switch
    {
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
        < 59_950 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        < 3_600_000 => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds:00} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes:00} min"),
    };

    /// <inheritdoc cref="Duration(TimeSpan)"/>
    public static string Duration(long? milliseconds) => milliseconds is { } ms ? Duration(TimeSpan.FromMilliseconds(ms)) : "";

    /// <summary>UTC to the second.</summary>
    public static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    /// <summary>At most so many characters, with an ellipsis for what is left out, on one line.</summary>
    public static string Shorten(string? text, int length)
    {
        if (text is null) return "";
        var line = text.ReplaceLineEndings(" ");
        if (line.Length <= length) return line;
        var end = char.IsHighSurrogate(line[length - 2]) ? length - 2 : length - 1;
        return line[..end] + "…";
    }
}
