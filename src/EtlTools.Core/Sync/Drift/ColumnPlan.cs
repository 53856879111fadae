using EtlTools.Core.Rows;
using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Sync.Drift;

/// <summary>One column's way from source to target.</summary>
/// <param name="Source">The source column.</param>
/// <param name="Target">Exact name of the target column.</param>
/// <param name="Rule">What has to be done to its values.</param>
internal sealed record ColumnPlan(SnowflakeColumn Source, string Target, ColumnRule Rule)
{
    /// <summary>What has several spellings when the column is a key.</summary>
    public KeyForm KeyForm => Rule.Kind switch
    {
        ColumnRuleKind.Time => KeyForm.Time,
        ColumnRuleKind.Binary => KeyForm.Binary,
        _ => Source.Type.Kind == SnowflakeTypeKind.Number ? KeyForm.Number : KeyForm.Text,
    };
}
