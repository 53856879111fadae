namespace EtlTools.Core.Discover;

/// <summary>What to look at.</summary>
public sealed record DiscoverOptions
{
    /// <summary>The PostgreSQL schema, by its exact name.</summary>
    public string Schema { get; init; } = "public";

    /// <summary>Tables of the schema, <c>*</c> for any characters; all of them when empty.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary><c>DATABASE.SCHEMA</c> at Snowflake, as written in SQL; null means SNOWFLAKE_DATABASE and SNOWFLAKE_SCHEMA.</summary>
    public string? TargetSchema { get; init; }

    /// <summary>What the tables' names at Snowflake begin with, such as <c>RAW_</c>, folded to upper case; empty for nothing.</summary>
    public string Prefix { get; init; } = "";
}
