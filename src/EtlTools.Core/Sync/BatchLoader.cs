using System.Buffers;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.Resilience;
using EtlTools.Core.Rows;
using Npgsql;

namespace EtlTools.Core.Sync;

/// <summary>
/// Takes one batch into the target inside the caller's transaction, all rows at once. It assumes that every row is good; when
/// PostgreSQL says otherwise the caller rolls back and lets <see cref="CarefulLoader"/> find the bad ones.
/// </summary>
internal sealed class BatchLoader(LoadPlan plan)
{
    private const int ChunkBytes = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _chunk = new();

    /// <summary>Makes the session's temporary tables.</summary>
    public async Task PrepareAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var sql in plan.SessionSql) await ExecuteAsync(connection, sql, cancellationToken).ConfigureAwait(false);
        plan.MarkPrepared();
    }

    /// <summary>Stages and upserts the batch.</summary>
    /// <exception cref="PostgresException">A row was refused (see <see cref="PostgresErrors.IsData"/>), or a key came twice (21000).</exception>
    public async Task<LoadOutcome> LoadAsync(NpgsqlConnection connection, RowBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Count == 0) return new LoadOutcome(0, 0, 0, 0, []);
        await CopyAsync(connection, batch.Rows(0, batch.Count), cancellationToken).ConfigureAwait(false);
        FaultPoint.Reach("after-copy");
        return await ApplyStagedAsync(
            connection, batch.FirstOrdinal, batch.FirstOrdinal + batch.Count - 1, batch.Count, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Upserts rows that are staged already.</summary>
    /// <param name="connection">The caller's connection, in a transaction.</param>
    /// <param name="first">Lowest ordinal.</param>
    /// <param name="last">Highest ordinal.</param>
    /// <param name="staged">How many rows that is.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<LoadOutcome> ApplyStagedAsync(NpgsqlConnection connection, long first, long last, long staged, CancellationToken cancellationToken)
    {
        await PrepareParentsAsync(connection, cancellationToken).ConfigureAwait(false);
        await PullIntoOverlayAsync(connection, cancellationToken).ConfigureAwait(false);
        var (inserted, updated) = await UpsertAsync(connection, first, last, cancellationToken).ConfigureAwait(false);
        FaultPoint.Reach("after-load");
        return await AccountAsync(connection, staged, inserted, updated, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends encoded rows to the staging table.</summary>
    public Task CopyAsync(NpgsqlConnection connection, ReadOnlyMemory<byte> rows, CancellationToken cancellationToken) =>
        CopyAsync(connection, plan.Sql.CopyIn, stream => stream.WriteAsync(rows, cancellationToken), cancellationToken);

    /// <summary>Sends a batch straight into the target, without staging and upsert.</summary>
    /// <exception cref="PostgresException">A row was refused, or its key is in the target already (23505); none was stored.</exception>
    public async Task<LoadOutcome> CopyIntoTargetAsync(NpgsqlConnection connection, RowBatch batch, CancellationToken cancellationToken)
    {
        await CopyAsync(connection, plan.Sql.CopyIntoTarget, stream => WriteWithoutOrdinalsAsync(batch, stream, cancellationToken), cancellationToken).ConfigureAwait(false);
        FaultPoint.Reach("after-copy");
        FaultPoint.Reach("after-load");
        return new LoadOutcome(batch.Count, 0, 0, 0, []);
    }

    private async ValueTask WriteWithoutOrdinalsAsync(RowBatch batch, Stream stream, CancellationToken cancellationToken)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            _chunk.Write(batch.WithoutOrdinal(row).Span);
            if (_chunk.WrittenCount < ChunkBytes && row < batch.Count - 1) continue;
            await stream.WriteAsync(_chunk.WrittenMemory, cancellationToken).ConfigureAwait(false);
            _chunk.ResetWrittenCount();
        }
    }

    /// <summary>Runs a COPY of text or CSV; nothing of it stays when the writing fails.</summary>
    public static async Task CopyAsync(NpgsqlConnection connection, string sql, Func<Stream, ValueTask> write, CancellationToken cancellationToken)
    {
        // The writer's own encoder is not used: the rows are bytes already and go straight to the stream beneath.
        var copy = (NpgsqlCopyTextWriter)await connection.BeginTextImportAsync(sql, cancellationToken).ConfigureAwait(false);
        try
        {
            await write(copy.BaseStream).ConfigureAwait(false);
        }
        catch
        {
            // Disposing ends the COPY regularly, which must not happen to half of it.
            await copy.CancelAsync().ConfigureAwait(false);
            throw;
        }

        await copy.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Upserts staged rows by ordinal, both bounds inclusive.</summary>
    public async Task<(long Inserted, long Updated)> UpsertAsync(
        NpgsqlConnection connection, long from, long to, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(plan.Sql.Upsert, connection)
        {
            Parameters = { new NpgsqlParameter { Value = from }, new NpgsqlParameter { Value = to } },
        };
        return await CountsAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Upserts all rows that are staged, which need no ordinals for that.</summary>
    public async Task<LoadOutcome> ApplyAllAsync(NpgsqlConnection connection, long staged, CancellationToken cancellationToken)
    {
        await InsertStubsAsync(connection, cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(plan.Sql.UpsertAll, connection);
        var (inserted, updated) = await CountsAsync(command, cancellationToken).ConfigureAwait(false);
        FaultPoint.Reach("after-load");
        return await AccountAsync(connection, staged, inserted, updated, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<(long Inserted, long Updated)> CountsAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>For a dry run: brings the target's rows of the staged keys into the overlay.</summary>
    public async Task PullIntoOverlayAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (plan.IsDryRun) await ExecuteAsync(connection, plan.Sql.PullIntoOverlay, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Creates missing parents where the policy says so.</summary>
    public async Task InsertStubsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (plan.IsDryRun || plan.OnMissingParent != MissingParentPolicy.Stub) return;
        foreach (var reference in plan.ForeignKeys)
        {
            try
            {
                await ExecuteAsync(connection, plan.Sql.InsertParentStubs(reference), cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException refused) when (PostgresErrors.IsData(refused))
            {
                throw new DataException(
                    $"{plan.Target.Name}: a missing parent cannot be made in {reference.Parent} with its key only (SQLSTATE {refused.SqlState}"
                    + (refused.ColumnName is { } column ? $", column {column})." : ")."),
                    "Let the parent's other columns be NULL or have a default, sync the parent table first, or set on_missing_parent to quarantine.", refused);
            }
        }
    }

    /// <summary>
    /// Accounts for the staged rows the upsert did not touch: looks them up in the target instead of trusting a subtraction.
    /// </summary>
    /// <exception cref="IntegrityException">The target does not hold what was written.</exception>
    public async Task<LoadOutcome> AccountAsync(
        NpgsqlConnection connection, long staged, long inserted, long updated, CancellationToken cancellationToken)
    {
        if (staged == inserted + updated) return new LoadOutcome(inserted, updated, 0, 0, []);

        await using var command = new NpgsqlCommand(plan.Sql.Verify, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var (keys, same, present) = (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
        var newer = reader.FieldCount > 3 ? reader.GetInt64(3) : 0;
        // A row trigger may store something else than it was given; that the row is there can still be proved.
        if (present != keys || (same + newer != keys && !plan.Target.HasRowTriggers))
        {
            throw new IntegrityException(
                $"{plan.Target.Name}: of {keys} keys just written, {present} are in the target and {same} hold what was written.",
                "Look for a trigger, rule or row-level security policy on the target that drops or changes rows.");
        }

        return new LoadOutcome(inserted, updated, keys - newer - inserted - updated, staged - keys + newer, []);
    }

    // The overlay of a dry run has no foreign keys: a missing parent is found by looking, as CarefulLoader does.
    private async Task PrepareParentsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await InsertStubsAsync(connection, cancellationToken).ConfigureAwait(false);
        if (!plan.IsDryRun || plan.OnMissingParent == MissingParentPolicy.Stub) return;
        foreach (var reference in plan.ForeignKeys)
        {
            await using var command = new NpgsqlCommand(plan.FindOrphans(reference), connection);
            if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not null)
            {
                throw new PostgresException(
                    $"a parent row is missing for foreign key \"{reference.Name}\"", "ERROR", "ERROR", PostgresErrors.ForeignKeyViolation,
                    constraintName: reference.Name);
            }
        }
    }

    /// <summary>Runs a statement without a result.</summary>
    public static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
