using System.Globalization;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;
using EtlTools.Core.Sync;

namespace EtlTools.Core.Backfill;

/// <summary>The statements that read or unload a partition at the source. Cursor values are bound where that is possible, names quoted.</summary>
/// <param name="table">The source table.</param>
/// <param name="cursor">The pipeline's cursor; null when it has none.</param>
/// <param name="key">Quoted key columns.</param>
internal sealed class PartitionSql(SnowflakeTableName table, SnowflakeCursor? cursor, IReadOnlyList<string> key)
{
    /// <summary>Streams a partition, or the rest of it.</summary>
    /// <param name="partition">Which.</param>
    /// <param name="fields">What is selected; its cursor is that of <paramref name="order"/>.</param>
    /// <param name="order">The column by which rows are ordered and a broken read goes on; null when it has to start over.</param>
    /// <param name="resumeAt">Its text to begin at, inclusive; null from the beginning.</param>
    public SourceQuery Read(BackfillPartition partition, SourceFields fields, SnowflakeCursor? order, string? resumeAt)
    {
        var values = new List<string>();
        string Bind(SnowflakeCursor column, string value)
        {
            values.Add(value);
            return column.Bound;
        }

        var conditions = Conditions(partition, Bind);
        if (resumeAt is not null && order is not null) conditions.Add($"{order.Sql} >= {Bind(order, resumeAt)}");

        var columns = order is null ? key : key.Where(k => k != order.Sql).Prepend(order.Sql);
        return new SourceQuery(
            $"SELECT {string.Join(", ", fields.Projections)} FROM {table.ToSql()}{Where(conditions)} ORDER BY {string.Join(", ", columns)}",
            values, order is null ? null : fields.CursorField);
    }

    /// <summary>Selects a partition without order or bound values, for COPY INTO, which takes neither.</summary>
    public string Select(BackfillPartition partition, IEnumerable<string> projections) =>
        $"SELECT {string.Join(", ", projections)} FROM {table.ToSql()}"
        + Where(Conditions(partition, (column, value) => column.Bound.Replace("?", SnowflakeLiteral.Text(value), StringComparison.Ordinal)));

    private static string Where(List<string> conditions) => conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", conditions);

    private List<string> Conditions(BackfillPartition partition, Func<SnowflakeCursor, string, string> place)
    {
        var conditions = new List<string>();
        if (partition.Kind == PartitionKind.Null) conditions.Add($"{cursor!.Sql} IS NULL");
        if (partition.Low is { } low) conditions.Add($"{cursor!.Sql} {(partition.IsLowInclusive ? ">=" : ">")} {place(cursor, low)}");
        if (partition.High is { } high) conditions.Add($"{cursor!.Sql} <= {place(cursor, high)}");
        if (partition is { Bucket: { } bucket, Buckets: { } buckets })
            conditions.Add(string.Create(CultureInfo.InvariantCulture, $"ABS(MOD(HASH({string.Join(", ", key)}), {buckets})) = {bucket}"));
        return conditions;
    }
}

/// <summary>The one query of a partition: from its checkpoint on.</summary>
internal sealed class PartitionQueries(PartitionSql sql, BackfillPartition partition, SourceFields fields, SnowflakeCursor? order) : ISourceQueries
{
    /// <inheritdoc/>
    public int Count => 1;

    /// <inheritdoc/>
    public SourceQuery Get(int index, string? resumeAt) => sql.Read(partition, fields, order, resumeAt ?? partition.Checkpoint);
}
