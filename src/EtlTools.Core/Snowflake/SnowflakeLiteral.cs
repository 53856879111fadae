namespace EtlTools.Core.Snowflake;

/// <summary>Values inside SQL text, for the few places where Snowflake takes no bound value (session parameters, stage options).</summary>
public static class SnowflakeLiteral
{
    /// <summary>A string literal: the backslash is an escape character there, so it is doubled like the quote.</summary>
    public static string Text(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return "'" + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal) + "'";
    }
}
