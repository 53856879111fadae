using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.Rows;
using EtlTools.Core.State;
using Npgsql;

namespace EtlTools.Core.Sync;

/// <summary>
/// The connection of a full load: under a lease, or for a dry run the session that writes nothing but temporary tables.
/// </summary>
internal sealed class FullLoadSession(DryRunSession? dryRun, PipelineLease? lease, string pipeline)
{
    private NpgsqlConnection? _dryConnection;
    private bool _isPrepared;

    /// <summary>Whether nothing may be written.</summary>
    public bool IsDryRun => lease is null;

    /// <summary>The open connection.</summary>
    public NpgsqlConnection Connection => lease?.Connection ?? _dryConnection!;

    /// <summary>Opens or reopens the connection and prepares it.</summary>
    /// <returns>Whether it was reopened, so that the outcome of the last commit has to be looked up.</returns>
    public async Task<bool> EnsureAsync(BatchLoader loader, CancellationToken cancellationToken)
    {
        var isReopened = lease is { IsBroken: true };
        if (isReopened) await lease!.ReconnectAsync(cancellationToken).ConfigureAwait(false);
        if (lease is null) _dryConnection ??= await dryRun!.OpenAsync(cancellationToken).ConfigureAwait(false);
        // The staging table of a lease's session is an ordinary one: it is made once and outlives the connection.
        if (!_isPrepared) await loader.PrepareAsync(Connection, cancellationToken).ConfigureAwait(false);
        _isPrepared = true;
        return isReopened;
    }

    /// <summary>Says that the connection can no longer be trusted.</summary>
    /// <exception cref="ConnectionException">It was a dry run's, whose staged rows are gone with it.</exception>
    public void MarkBroken()
    {
        if (lease is null)
        {
            throw new ConnectionException(
                $"{pipeline}: the connection to PostgreSQL was lost during the dry run, and its staged rows with it.", "Start the dry run again.");
        }

        lease.MarkBroken();
    }

    /// <summary>A sign of life while the source is slow.</summary>
    public async Task PingAsync()
    {
        if (lease is null or { IsBroken: true }) return;
        try
        {
            await lease.PingAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure) when (PostgresErrors.IsTransient(failure))
        {
            lease.MarkBroken();
        }
    }

    /// <summary>Puts rows aside; a dry run only counts them.</summary>
    public Task QuarantineAsync(QuarantineOrigin origin, IReadOnlyList<RejectedRow> rows, CancellationToken cancellationToken) =>
        lease is null ? Task.CompletedTask : QuarantineStore.AddAsync(Connection, origin, rows, cancellationToken);

    /// <summary>Closes the open quarantine entries of these keys.</summary>
    public Task ResolveAsync(IReadOnlyCollection<string> keyTexts, CancellationToken cancellationToken) =>
        lease is null ? Task.CompletedTask : QuarantineStore.ResolveAsync(Connection, pipeline, keyTexts, cancellationToken);

    /// <summary>Proves inside the open transaction that the lease is still this run's.</summary>
    /// <exception cref="ConflictException">It is not.</exception>
    public async Task EnsureFenceAsync(CancellationToken cancellationToken)
    {
        if (lease is null) return;
        await using var command = new NpgsqlCommand("UPDATE etl.watermark SET updated_at = now() WHERE pipeline = $1 AND fence = $2", Connection)
        {
            Parameters = { new NpgsqlParameter { Value = pipeline }, new NpgsqlParameter { Value = lease.Fence } },
        };
        if (await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) != 1) throw lease.LostTo(null);
    }

    /// <summary>Moves the watermark and records the batch inside the open transaction.</summary>
    /// <exception cref="ConflictException">The lease is no longer this run's.</exception>
    public async Task RecordAsync(WatermarkMove move, BatchRecord batch, CancellationToken cancellationToken)
    {
        if (lease is null) return;
        if (!await WatermarkStore.AdvanceAsync(Connection, pipeline, lease.Fence, move, cancellationToken).ConfigureAwait(false)) throw lease.LostTo(null);
        await BatchStore.AddAsync(Connection, batch with { Fence = lease.Fence }, cancellationToken).ConfigureAwait(false);
    }
}
