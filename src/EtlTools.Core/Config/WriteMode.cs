namespace EtlTools.Core.Config;

/// <summary>How rows from PostgreSQL are written to a Snowflake table.</summary>
public enum WriteMode
{
    /// <summary><c>merge</c>: rows past the watermark update the row with their key or are added.</summary>
    Merge,

    /// <summary><c>append</c>: rows past the watermark are added; the source never changes a row.</summary>
    Append,

    /// <summary><c>full</c>: every run reads all rows and replaces the target's content.</summary>
    Full,
}
