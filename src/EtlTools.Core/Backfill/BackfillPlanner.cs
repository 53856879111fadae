using System.Data.Common;
using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Resilience;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using Npgsql;

namespace EtlTools.Core.Backfill;

/// <summary>
/// Makes the plan of a backfill by a few small queries: how many rows there are, how they lie, how large they are. Ranges of the cursor
/// get equal numbers of rows; where there is no cursor, or many rows share one value of it, keys are dealt out by their hash.
/// </summary>
internal sealed class BackfillPlanner(EtlServices services, PipelineDefinition pipeline, TablePlanner planner)
{
    /// <summary>From so many rows on, unloading pays for its extra steps.</summary>
    private const long UnloadFrom = 200_000;

    private const int SampleRows = 500;

    /// <summary>Bytes of a staged file as text: compressed about a quarter of it.</summary>
    private const long FileTextBytes = UnloadSql.FileBytes * 4;

    /// <summary>Plans; nothing is stored.</summary>
    /// <exception cref="ConfigurationException">A range is asked for without a cursor, or does not fit it.</exception>
    public async Task<(BackfillPlan Plan, IReadOnlyList<BackfillPartition> Partitions)> MakeAsync(
        BackfillTables tables, BackfillOptions options, CancellationToken cancellationToken)
    {
        if (tables.Cursor is null && (options.From ?? options.To) is not null)
            throw new ConfigurationException($"{pipeline.Name} has no watermark_column, so no range of it can be read.", "Leave --from and --to out, or set watermark_column.");
        var source = await planner.QueryAsync((connection, token) => MeasureAsync(connection, tables, options, token), cancellationToken).ConfigureAwait(false);
        var method = options.Method ?? (source.Rows + source.NullRows >= UnloadFrom ? BackfillMethod.Unload : BackfillMethod.Stream);
        var wanted = options.Partitions ?? PartitionCount.Of(source.Rows, method, options.Workers);
        var partitions = await planner.QueryAsync((connection, token) => DivideAsync(connection, tables, source, wanted, token), cancellationToken).ConfigureAwait(false);
        var (isEmpty, rate) = await services.Resilience.For(ResiliencePipelines.Postgres).ExecuteAsync(
            async token => await LookAtTargetAsync(tables, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        var rows = partitions.Sum(partition => partition.EstimateRows);
        var bytes = rows * source.RowBytes;
        var files = method == BackfillMethod.Unload ? partitions.Sum(partition => (int)Math.Ceiling((double)partition.EstimateRows * source.RowBytes / FileTextBytes)) : 0;
        return (new BackfillPlan
        {
            Id = Guid.CreateVersion7(services.Time.GetUtcNow()),
            Name = options.Name ?? pipeline.Name,
            Pipeline = pipeline.Name,
            Source = pipeline.Source,
            Target = pipeline.Target,
            CursorColumn = pipeline.WatermarkColumn,
            Method = method,
            Parameters = new BackfillParameters(
                options.From, options.To, options.Partitions, options.BatchSize, options.Method, tables.Plan.Key, tables.Plan.TargetColumns),
            Low = source.Low,
            High = source.High,
            BatchSize = options.BatchSize ?? pipeline.BatchSize,
            PartitionCount = partitions.Count,
            TargetWasEmpty = isEmpty,
            Estimate = new BackfillEstimate(rows, bytes, files, rate is > 0 ? TimeSpan.FromSeconds(rows / rate.Value) : null),
            NullCursors = source.NullCursors,
            Status = BackfillStatus.Running,
            CreatedAt = services.Time.GetUtcNow(),
            CreatedBy = $"{Environment.MachineName}, process {Environment.ProcessId}",
        }, partitions);
    }

    private async Task<SourceSize> MeasureAsync(DbConnection connection, BackfillTables tables, BackfillOptions options, CancellationToken cancellationToken)
    {
        var (table, cursor) = (tables.Plan.Source.Name.ToSql(), tables.Cursor);
        var rowBytes = await SampleAsync(connection, tables, cancellationToken).ConfigureAwait(false);
        if (cursor is null)
        {
            var all = await SnowflakeStatement.RowAsync(connection, $"SELECT COUNT(*) FROM {table}", [], cancellationToken).ConfigureAwait(false);
            return new SourceSize(Number(all[0]), 0, 0, null, null, null, rowBytes);
        }

        var whole = await SnowflakeStatement.RowAsync(
            connection,
            $"SELECT {cursor.ToText($"MAX({cursor.Sql})")}, COUNT({cursor.Sql}), COUNT_IF({cursor.Sql} IS NULL), {Distance(cursor)} FROM {table}", [], cancellationToken).ConfigureAwait(false);
        var (newest, nulls) = (whole[0], Number(whole[2]));
        if ((options.From ?? options.To) is null)
            return new SourceSize(Number(whole[1]), nulls, nulls, null, newest, CursorParts.Distance(whole[3]), rowBytes);

        if (newest is null) return new SourceSize(0, nulls, 0, null, null, null, rowBytes);
        var (low, high) = (BackfillRange.Low(options.From, newest, pipeline.Name), BackfillRange.High(options.To, newest, pipeline.Name) ?? (newest, false));
        if (options.To is not null && low is not null && cursor.Compare(low, high.Text) > 0)
            throw new ConfigurationException($"{pipeline.Name}: the range ends at {high.Text}, before it begins at {low}.", "Give --from a value that is not behind --to, or leave one of them out.");
        // The end is brought back to the last row there is, which needs no more digits than the source has.
        var range = await SnowflakeStatement.RowAsync(
            connection,
            $"SELECT COUNT(*), {Distance(cursor)}, {cursor.ToText($"MAX({cursor.Sql})")} FROM {table} "
            + $"WHERE {(low is null ? "" : $"{cursor.Sql} >= {cursor.Bound} AND ")}{cursor.Sql} {(high.IsExclusive ? "<" : "<=")} {cursor.Bound}",
            low is null ? [high.Text] : [low, high.Text], cancellationToken).ConfigureAwait(false);
        return new SourceSize(Number(range[0]), nulls, 0, low, range[2], CursorParts.Distance(range[1]), rowBytes);
    }

    private static string Distance(SnowflakeCursor cursor) => cursor.Distance($"MIN({cursor.Sql})", $"MAX({cursor.Sql})") ?? "NULL";

    private static async Task<long> SampleAsync(DbConnection connection, BackfillTables tables, CancellationToken cancellationToken)
    {
        var fields = SourceFields.Of(tables.Plan, null);
        var sql = string.Create(CultureInfo.InvariantCulture, $"SELECT {string.Join(", ", fields.Projections)} FROM {tables.Plan.Source.Name.ToSql()} LIMIT {SampleRows}");
        var rows = await SnowflakeStatement.RowsAsync(connection, sql, cancellationToken).ConfigureAwait(false);
        return rows.Count == 0 ? 0 : rows.Sum(row => row.Sum(field => 1L + (field is null ? 0 : System.Text.Encoding.UTF8.GetByteCount(field)))) / rows.Count;
    }

    private static async Task<List<BackfillPartition>> DivideAsync(
        DbConnection connection, BackfillTables tables, SourceSize source, int wanted, CancellationToken cancellationToken)
    {
        var partitions = new List<BackfillPartition>();
        void Add(string kind, string? low, bool isInclusive, string? high, long rows, int buckets)
        {
            for (var bucket = 0; bucket < buckets; bucket++)
            {
                partitions.Add(new BackfillPartition
                {
                    Number = partitions.Count + 1, Kind = kind, Low = low, IsLowInclusive = isInclusive, High = high, Bucket = buckets > 1 ? bucket : null,
                    Buckets = buckets > 1 ? buckets : null, EstimateRows = rows / buckets, Status = PartitionStatus.Waiting,
                });
            }
        }

        var each = Math.Max(1, (source.Rows + wanted - 1) / wanted);
        if (source.Rows == 0)
        {
            // Nothing to divide.
        }
        else if (tables.Cursor is null || (source.Distance is null && wanted > 1))
        {
            Add(PartitionKind.Hash, source.Low, true, source.High, source.Rows, wanted);
        }
        else
        {
            var sql = new SnowflakeWindowSql(tables.Plan.Source.Name, tables.Cursor, CursorDistance.None, TimeSpan.Zero);
            IReadOnlyList<CursorPart> parts = wanted == 1 || source.Distance is not { } distance
                ? [new CursorPart(source.High!, source.Rows)]
                : await CursorParts.ReadAsync(
                    connection, sql.Distribution(source.Low is not null, distance), source.Low is null ? [source.High!] : [source.Low, source.High!], each,
                    cancellationToken).ConfigureAwait(false);
            var (low, isInclusive) = (source.Low, true);
            foreach (var part in parts.Where(part => part.Rows > 0))
            {
                // Rows that share a narrow stretch of the cursor, after a mass update perhaps, are divided by their keys.
                Add(PartitionKind.Range, low, isInclusive, part.High, part.Rows, part.Rows >= 2 * each ? (int)Math.Min(wanted, (part.Rows + each - 1) / each) : 1);
                (low, isInclusive) = (part.High, false);
            }
        }

        if (source.NullRows > 0) Add(PartitionKind.Null, null, true, null, source.NullRows, (int)Math.Clamp((source.NullRows + each - 1) / each, 1, Math.Max(1, wanted)));
        return partitions;
    }

    private async Task<(bool IsEmpty, double? Rate)> LookAtTargetAsync(BackfillTables tables, CancellationToken cancellationToken)
    {
        await using var connection = await services.Postgres.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(
            $"""
            SELECT NOT EXISTS (SELECT FROM {tables.Plan.Target.Name.ToSql()}),
                   (SELECT rows_per_second FROM etl.run WHERE pipeline = $1 AND status IN ('{RunStatus.Done}', '{RunStatus.Quarantined}') AND NOT dry_run AND records_read >= 10000
                    ORDER BY started_at DESC LIMIT 1)
            """, connection)
        {
            Parameters = { new NpgsqlParameter { Value = pipeline.Name } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (reader.GetBoolean(0), reader.IsDBNull(1) ? null : reader.GetDouble(1));
    }

    private static long Number(string? text) => long.Parse(text!, CultureInfo.InvariantCulture);

    /// <summary>What was found at the source.</summary>
    /// <param name="Rows">Rows of the range.</param>
    /// <param name="NullCursors">Rows of the table without a cursor.</param>
    /// <param name="NullRows">Those of them that are read.</param>
    /// <param name="Low">First cursor text; null from the beginning.</param>
    /// <param name="High">Last cursor text; null without a cursor.</param>
    /// <param name="Distance">From the oldest row to the newest; null when the range cannot be divided by it.</param>
    /// <param name="RowBytes">Bytes of a row as text, from a sample.</param>
    private sealed record SourceSize(long Rows, long NullCursors, long NullRows, string? Low, string? High, decimal? Distance, long RowBytes);
}
