using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Translation;

/// <summary>A translated expression: PostgreSQL text that stands by itself anywhere, and its Snowflake type.</summary>
internal sealed record Fragment(string Sql, SnowType Type, bool Nullable = true)
{
    /// <summary>True for constants and parameters: safe to convert without hiding a column from an index.</summary>
    internal bool IsConstant { get; init; }

    internal Fragment With(string sql, SnowType type) => new(sql, type, Nullable) { IsConstant = IsConstant };
}
