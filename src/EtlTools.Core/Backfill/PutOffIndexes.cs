using System.Globalization;
using EtlTools.Core.Resilience;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.Core.Telemetry;
using Npgsql;

namespace EtlTools.Core.Backfill;

/// <summary>
/// Builds the indexes of an empty target after the load instead of row by row during it, which is several times faster, and for vector
/// indexes (HNSW) the difference between minutes and days. Only what nothing depends on is dropped: no unique index, none of a
/// constraint, none of a partitioned table. Their definitions are in the plan before they are gone.
/// </summary>
internal static class PutOffIndexes
{
    /// <summary>A smaller load is done before it would pay.</summary>
    private const long LeastRows = 100_000;

    private const string DroppableSql = """
        SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
        FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
        WHERE i.indrelid = $1::regclass AND t.relkind = 'r' AND NOT t.relispartition AND NOT i.indisunique AND NOT i.indisexclusion AND NOT i.indisreplident
          AND NOT i.indisclustered AND i.indisvalid AND pg_has_role(t.relowner, 'USAGE')
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indexrelid AND d.deptype IN ('n', 'i', 'x', 'e'))
        ORDER BY 1
        """;

    /// <summary>Drops what may be dropped, if the plan says that the target is empty and it still is.</summary>
    /// <returns>Notes for people.</returns>
    public static async Task<IReadOnlyList<string>> DropAsync(EtlServices services, BackfillPlan plan, BackfillTables tables, CancellationToken cancellationToken)
    {
        if (!plan.TargetWasEmpty || plan.Estimate.Rows < LeastRows) return [];
        var target = tables.Plan.Target.Name.ToSql();
        var dropped = await services.Resilience.For(ResiliencePipelines.Postgres).ExecuteAsync(async token =>
        {
            await using var connection = await services.Postgres.OpenAsync(token).ConfigureAwait(false);
            await using var transaction = await connection.BeginTransactionAsync(token).ConfigureAwait(false);
            // Nobody waits behind this for long: a table that is in use keeps its indexes.
            await BatchLoader.ExecuteAsync(connection, "SET LOCAL lock_timeout = '2s'", token).ConfigureAwait(false);
            try
            {
                await BatchLoader.ExecuteAsync(connection, $"LOCK TABLE {target} IN ACCESS EXCLUSIVE MODE", token).ConfigureAwait(false);
            }
            catch (PostgresException busy) when (busy.SqlState is "55P03" or "42501")
            {
                return [];
            }

            await using (var empty = new NpgsqlCommand($"SELECT NOT EXISTS (SELECT FROM {target})", connection))
                if (!(bool)(await empty.ExecuteScalarAsync(token).ConfigureAwait(false))!) return [];
            var indexes = await DroppableAsync(connection, target, token).ConfigureAwait(false);
            if (indexes.Count == 0) return indexes;
            await PlanStore.SaveIndexesAsync(connection, plan.Id, [.. plan.PutOffIndexes, .. indexes], token).ConfigureAwait(false);
            foreach (var index in indexes) await BatchLoader.ExecuteAsync(connection, $"DROP INDEX {index.Name}", token).ConfigureAwait(false);
            await transaction.CommitAsync(token).ConfigureAwait(false);
            return indexes;
        }, cancellationToken).ConfigureAwait(false);
        foreach (var index in dropped) services.Logger.IndexPutOff(plan.Name, index.Name, "is dropped and built after the load");
        return dropped.Count == 0 ? [] : [string.Create(CultureInfo.InvariantCulture, $"{dropped.Count} indexes of the empty target are built after the load: {string.Join(", ", dropped.Select(index => index.Name))}.")];
    }

    /// <summary>Builds again what was dropped; of several processes one does it, and the others wait for it. Readers and writers of the table are not held up.</summary>
    public static async Task BuildAsync(EtlServices services, Guid planId, CancellationToken cancellationToken) =>
        await services.Resilience.For(ResiliencePipelines.Postgres).ExecuteAsync(async token =>
        {
            await using (var look = await services.Postgres.OpenAsync(token).ConfigureAwait(false))
                if (await BackfillStore.FindAsync(look, planId, token).ConfigureAwait(false) is not { PutOffIndexes.Count: > 0 }) return;
            await using var connection = await services.Postgres.OpenSessionAsync(token).ConfigureAwait(false);
            await LockAsync(connection, planId, token).ConfigureAwait(false);
            var plan = await BackfillStore.FindAsync(connection, planId, token).ConfigureAwait(false);
            var left = plan!.PutOffIndexes.ToList();
            while (left.Count > 0)
            {
                await BuildAsync(connection, left[0], token).ConfigureAwait(false);
                services.Logger.IndexPutOff(plan.Name, left[0].Name, "is built");
                left.RemoveAt(0);
                await PlanStore.SaveIndexesAsync(connection, planId, left, token).ConfigureAwait(false);
            }
        }, cancellationToken).ConfigureAwait(false);

    private static async Task BuildAsync(NpgsqlConnection connection, PutOffIndex index, CancellationToken cancellationToken)
    {
        // CONCURRENTLY leaves an invalid index behind when it is interrupted.
        await using (var invalid = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid)", connection) { Parameters = { PlanStore.Value(index.Name) } })
        {
            if ((bool)(await invalid.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!)
                await BatchLoader.ExecuteAsync(connection, $"DROP INDEX {index.Name}", cancellationToken).ConfigureAwait(false);
        }

        await using var command = new NpgsqlCommand(
            index.Definition.Replace("CREATE INDEX ", "CREATE INDEX CONCURRENTLY IF NOT EXISTS ", StringComparison.Ordinal), connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task LockAsync(NpgsqlConnection connection, Guid planId, CancellationToken cancellationToken)
    {
        // Polled: a session that waits in a statement would keep CREATE INDEX CONCURRENTLY, which waits for all statements, from ever ending.
        while (true)
        {
            await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock(hashtextextended('etl:backfill-indexes:' || $1::uuid, 0))", connection) { Parameters = { PlanStore.Value(planId) } };
            if ((bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!) return;
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<List<PutOffIndex>> DroppableAsync(NpgsqlConnection connection, string target, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(DroppableSql, connection) { Parameters = { PlanStore.Value(target) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var indexes = new List<PutOffIndex>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) indexes.Add(new PutOffIndex(reader.GetString(0), reader.GetString(1)));
        return indexes;
    }
}
