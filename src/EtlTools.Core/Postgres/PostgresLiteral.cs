namespace EtlTools.Core.Postgres;

/// <summary>Values inside SQL text, for COPY, which takes no bound values.</summary>
internal static class PostgresLiteral
{
    /// <summary>A string literal that means the same whatever <c>standard_conforming_strings</c> says.</summary>
    public static string Text(string value)
    {
        var doubled = value.Replace("'", "''", StringComparison.Ordinal);
        return doubled.Contains('\\', StringComparison.Ordinal) ? $"E'{doubled.Replace("\\", "\\\\", StringComparison.Ordinal)}'" : $"'{doubled}'";
    }
}
