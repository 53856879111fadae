using EtlTools.LocalWarehouse.Catalog;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Translation;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>INSERT, UPDATE, DELETE, MERGE and TRUNCATE.</summary>
internal sealed class DataChange(StatementRun run)
{
    /// <summary>Bound rows are sent this many at a time.</summary>
    private const int RowsPerInsert = 500;

    internal async Task<StatementResult> RunAsync(CancellationToken cancellationToken)
    {
        var context = await run.ContextAsync(cancellationToken).ConfigureAwait(false);
        var statement = run.Parsed.Statement;
        if (statement is TruncateStatement { IfExists: true } absent && context.Find(absent.Name) is null)
            return run.Status("Statement executed successfully.");
        var dml = new DmlTranslator(context);
        var (table, sql) = statement switch
        {
            InsertStatement insert when run.Rows is not null => (context.Table(insert.Table), ""),
            InsertStatement insert => (context.Table(insert.Table), dml.Insert(insert)),
            UpdateStatement update => (context.Table(update.Table), dml.Update(update)),
            DeleteStatement delete => (context.Table(delete.Table), dml.Delete(delete)),
            MergeStatement merge => (context.Table(merge.Table), new MergeTranslator(context).Merge(merge)),
            TruncateStatement truncate => (context.Table(truncate.Name), ""),
            _ => throw new InvalidOperationException("Not a data change."),
        };

        await run.Session.Transactions.StartAsync(true, cancellationToken).ConfigureAwait(false);
        try
        {
            var result = await ExecuteAsync(statement, table, sql, context, cancellationToken).ConfigureAwait(false);
            await run.Session.Transactions.FinishAsync(true).ConfigureAwait(false);
            return result;
        }
        catch
        {
            await run.Session.Transactions.FinishAsync(false).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<StatementResult> ExecuteAsync(
        Statement statement, WarehouseRelation table, string sql, TranslationContext context, CancellationToken cancellationToken)
    {
        var link = run.Session.Link;
        // Updates of one table wait for each other, as in Snowflake; inserts do not.
        if (statement is UpdateStatement or DeleteStatement or MergeStatement)
            await link.RunAsync($"LOCK TABLE {table.Physical} IN SHARE UPDATE EXCLUSIVE MODE", cancellationToken).ConfigureAwait(false);
        if (statement is TruncateStatement or InsertStatement { Overwrite: true })
            await link.RunAsync($"TRUNCATE TABLE {table.Physical}", cancellationToken).ConfigureAwait(false);
        // As in Snowflake, an emptied table may take the same files again.
        if (statement is TruncateStatement) await link.RunAsync("DELETE FROM sf_load WHERE relation_id = $1", cancellationToken, table.Id).ConfigureAwait(false);
        if (statement is TruncateStatement) return run.Status("Statement executed successfully.");

        if (run.Rows is { } rows) return run.Counts(StatementType.Insert, ("number of rows inserted", await InsertAsync((InsertStatement)statement, rows, context, cancellationToken).ConfigureAwait(false)));
        using var command = link.Command(sql, context.Parameters, run.Timeout);
        if (statement is MergeStatement merge) return await MergedAsync(merge, command, cancellationToken).ConfigureAwait(false);
        var count = (long)await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return statement switch
        {
            InsertStatement => run.Counts(StatementType.Insert, ("number of rows inserted", count)),
            DeleteStatement => run.Counts(StatementType.Delete, ("number of rows deleted", count)),
            _ => run.Counts(StatementType.Update, ("number of rows updated", count), ("number of multi-joined rows updated", 0)),
        };
    }

    private async Task<long> InsertAsync(InsertStatement insert, IReadOnlyList<IReadOnlyList<BoundValue>> rows, TranslationContext context, CancellationToken cancellationToken)
    {
        var count = 0L;
        foreach (var chunk in rows.Chunk(RowsPerInsert))
        {
            using var command = run.Session.Link.Command(new DmlTranslator(context).Insert(insert, chunk), [], run.Timeout);
            count += await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        return count;
    }

    private async Task<StatementResult> MergedAsync(MergeStatement merge, Npgsql.NpgsqlCommand command, CancellationToken cancellationToken)
    {
        using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var all = new (MergeAction Action, string Name, long Count)[]
        {
            (MergeAction.Insert, "number of rows inserted", reader.GetInt64(0)),
            (MergeAction.Update, "number of rows updated", reader.GetInt64(1)),
            (MergeAction.Delete, "number of rows deleted", reader.GetInt64(2)),
        };
        return run.Counts(StatementType.Merge, [.. all.Where(a => merge.Clauses.Any(c => c.Action == a.Action)).Select(a => (a.Name, a.Count))]);
    }
}
