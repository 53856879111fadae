using System.Data.Common;
using System.Globalization;
using EtlTools.Core.Errors;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>
/// One row per pipeline beside its target in Snowflake: the batch applied last, and the fence it was applied under. The row is updated
/// first in the transaction that applies a batch, so that it also makes transactions of a lost session and of this one wait for each
/// other; after a failure it says whether the batch is in.
/// </summary>
internal sealed class Ledger(SnowflakeTableName target, string pipeline)
{
    /// <summary>Its name, in the schema of the target.</summary>
    public const string TableName = "ETL_LEDGER";

    private readonly string _table = $"{target.Database.ToSql()}.{target.Schema.ToSql()}.{SnowflakeIdentifier.Quote(TableName)}";
    private readonly string _pipeline = SnowflakeLiteral.Text(pipeline);

    /// <summary>Makes the table and the pipeline's row where they are missing. Not in a transaction: DDL would commit it.</summary>
    public async Task EnsureAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await SnowflakeStatement.ExecuteAsync(
            connection, $"CREATE TABLE IF NOT EXISTS {_table} (PIPELINE VARCHAR NOT NULL, BATCH VARCHAR, FENCE NUMBER(38,0) NOT NULL, APPLIED_AT TIMESTAMP_NTZ(6), COUNTS VARCHAR)",
            cancellationToken).ConfigureAwait(false);
        await SnowflakeStatement.ExecuteAsync(
            connection, $"MERGE INTO {_table} l USING (SELECT {_pipeline} AS PIPELINE) p ON l.PIPELINE = p.PIPELINE WHEN NOT MATCHED THEN INSERT (PIPELINE, FENCE) VALUES (p.PIPELINE, 0)",
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The batch applied last; null when there is none.</summary>
    public async Task<string?> LastBatchAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var rows = await SnowflakeStatement.RowsAsync(connection, $"SELECT BATCH FROM {_table} WHERE PIPELINE = {_pipeline}", cancellationToken).ConfigureAwait(false);
        return rows.Count == 0 ? null : rows[0][0];
    }

    /// <summary>Takes the row over for a newer fence, waiting for a transaction that may still be open on it.</summary>
    public Task FenceOffAsync(DbConnection connection, long fence, CancellationToken cancellationToken) => SnowflakeStatement.ExecuteAsync(
        connection, string.Create(CultureInfo.InvariantCulture, $"UPDATE {_table} SET FENCE = {fence} WHERE PIPELINE = {_pipeline} AND FENCE <= {fence}"), cancellationToken);

    /// <summary>What the batch applied last did: the figures of <see cref="RowCounts"/> in order, and rows deleted.</summary>
    public async Task<(RowCounts Counts, long Deleted)> CountsAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var rows = await SnowflakeStatement.RowsAsync(connection, $"SELECT COUNTS FROM {_table} WHERE PIPELINE = {_pipeline}", cancellationToken).ConfigureAwait(false);
        var figures = rows[0][0]!.Split(' ').Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return (new RowCounts(figures[0], figures[1], figures[2], figures[3], figures[4], figures[5], figures[6]), figures[7]);
    }

    /// <summary>Adds what the batch did, in the transaction that applies it.</summary>
    public Task NoteCountsAsync(DbConnection connection, RowCounts counts, long deleted, CancellationToken cancellationToken) => SnowflakeStatement.ExecuteAsync(
        connection,
        string.Create(CultureInfo.InvariantCulture,
            $"UPDATE {_table} SET COUNTS = '{counts.Read} {counts.Inserted} {counts.Updated} {counts.Unchanged} {counts.Superseded} {counts.Quarantined} {counts.Dropped} {deleted}' WHERE PIPELINE = {_pipeline}"),
        cancellationToken);

    /// <summary>Enters a batch, in the transaction that applies it.</summary>
    /// <returns>False when this very batch was applied before: the transaction has nothing to do.</returns>
    /// <exception cref="ConflictException">A run with a newer fence has written since.</exception>
    public async Task<bool> EnterAsync(DbConnection connection, string batch, long fence, CancellationToken cancellationToken)
    {
        var text = SnowflakeLiteral.Text(batch);
        var touched = await SnowflakeStatement.ExecuteAsync(
            connection,
            string.Create(CultureInfo.InvariantCulture,
                $"UPDATE {_table} SET BATCH = {text}, FENCE = {fence}, APPLIED_AT = SYSDATE() WHERE PIPELINE = {_pipeline} AND FENCE <= {fence} AND (BATCH IS NULL OR BATCH <> {text})"),
            cancellationToken).ConfigureAwait(false);
        if (touched == 1) return true;
        if (touched > 1) throw new IntegrityException($"{_table} has {touched} rows for pipeline {pipeline}.", "Keep the one with the highest FENCE and delete the others.");
        if (await LastBatchAsync(connection, cancellationToken).ConfigureAwait(false) == batch) return false;
        throw new ConflictException(
            $"{pipeline}: {_table} was written by a run with a newer fence; nothing was written here.",
            $"Another database may run a pipeline of this name into the same schema: give one of them another name. If the state in PostgreSQL was restored from a backup, lower FENCE in {_table} to 0.");
    }
}
