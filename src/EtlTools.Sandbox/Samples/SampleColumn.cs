namespace EtlTools.Sandbox.Samples;

/// <summary>A column of a sample table.</summary>
/// <param name="Name">Upper case, as Snowflake folds it; PostgreSQL's name is the same in lower case.</param>
/// <param name="SnowflakeType">Type at the source, such as <c>VARCHAR</c> or <c>TIMESTAMP_NTZ</c>.</param>
/// <param name="PostgresType">Type at the target.</param>
/// <param name="Nullable">Whether NULLs occur.</param>
public sealed record SampleColumn(string Name, string SnowflakeType, string PostgresType, bool Nullable = true);
