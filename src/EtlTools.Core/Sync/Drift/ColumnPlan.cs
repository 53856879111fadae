using EtlTools.Core.Rows;
using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Sync.Drift;

/// <summary>One column's way from source to target.</summary>
/// <param name="Source">The source column.</param>
/// <param name="Target">Exact name of the target column.</param>
/// <param name="Rule">What has to be done to its values.</param>
internal sealed record ColumnPlan(SnowflakeColumn Source, string Target, ColumnRule Rule);
