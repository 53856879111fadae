using EtlTools.Core.Config;
using EtlTools.Core.Files;
using EtlTools.Core.Postgres;
using EtlTools.Core.Resilience;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;
using EtlTools.Core.Telemetry;
using Npgsql;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>
/// One sync of one pipeline from PostgreSQL to Snowflake. PostgreSQL is asked first: a table with nothing new never opens Snowflake,
/// where every session costs.
/// </summary>
internal sealed class OutboundAttempt(
    EtlServices services, PipelineDefinition pipeline, SyncOptions options, Guid runId, RowPump pump, SnowflakeSession? shared) : IRunAttempt
{
    private readonly OutboundTables _tables = new(services, pipeline);
    private readonly List<string> _notes = [];
    private readonly List<string> _sql = [];
    private OutboundBatches? _batches;

    /// <inheritdoc/>
    public SyncWindow? Window { get; private set; }

    /// <inheritdoc/>
    public long Deleted => _batches?.Deleted ?? 0;

    /// <inheritdoc/>
    public IReadOnlyList<string> Sql => _sql;

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes => _notes;

    private bool IsFull => options.Mode == SyncMode.Full || pipeline.WriteMode == WriteMode.Full;

    /// <inheritdoc/>
    public async Task<string> RunAsync(CancellationToken stop)
    {
        if (options.DryRun)
        {
            var watermark = await _tables.OnSourceAsync((connection, token) => WatermarkStore.FindAsync(connection, pipeline.Name, token), stop).ConfigureAwait(false);
            return await MoveAsync(null, watermark, stop).ConfigureAwait(false);
        }

        return await LeasedRun.RunAsync(services, pipeline, runId, lease => MoveAsync(lease, lease.Watermark, stop), stop).ConfigureAwait(false);
    }

    private async Task<string> MoveAsync(PipelineLease? lease, Watermark? watermark, CancellationToken stop)
    {
        WatermarkRouteCheck.Ensure(pipeline, watermark);
        if (shared is not null) return await MoveAsync(shared, lease, watermark, stop).ConfigureAwait(false);
        var session = new SnowflakeSession(services, $"etl-tools {pipeline.Name} {runId}");
        await using var _ = session.ConfigureAwait(false);
        return await MoveAsync(session, lease, watermark, stop).ConfigureAwait(false);
    }

    private async Task<string> MoveAsync(SnowflakeSession session, PipelineLease? lease, Watermark? watermark, CancellationToken stop)
    {
        if (lease is not null && await new UnfinishedBatch(services, pipeline, session).SettleAsync(lease, _tables.TargetName, stop).ConfigureAwait(false) is { } settled)
        {
            _notes.Add(settled);
            services.Logger.PlanNote(pipeline.Name, settled);
            watermark = await _tables.OnSourceAsync((connection, token) => WatermarkStore.FindAsync(connection, pipeline.Name, token), stop).ConfigureAwait(false);
        }

        var source = await _tables.OnSourceAsync(_tables.DescribeSourceAsync, stop).ConfigureAwait(false);
        var (parts, tailRows) = await FindPartsAsync(source, watermark, stop).ConfigureAwait(false);
        if (parts.Count == 0)
        {
            services.Logger.RunIdle(pipeline.Name, watermark?.Cursor);
            return RunStatus.Idle;
        }

        services.Logger.WindowOpened(pipeline.Name, Window?.Low, Window?.High);
        var plan = await _tables.PlanAsync(session, source, lease is null, stop).ConfigureAwait(false);
        _notes.AddRange(plan.Notes);
        var run = new OutboundRun(services, pipeline, runId, session, plan, lease);
        var apply = (run.Typed ?? run.Texts).Apply;
        _sql.AddRange([run.Copy(parts[0].Range), .. plan.Statements, pipeline.WriteMode == WriteMode.Append && !IsFull ? apply.Append : apply.Merge]);
        if (lease is not null) await session.RunAsync(run.Ledger.EnsureAsync, stop).ConfigureAwait(false);
        return await MovePartsAsync(run, parts, watermark, tailRows, stop).ConfigureAwait(false);
    }

    private async Task<string> MovePartsAsync(OutboundRun run, IReadOnlyList<OutboundPart> parts, Watermark? watermark, long? tailRows, CancellationToken stop)
    {
        var expected = Window!.Rows;
        pump.Report(SyncPhase.Moving, expected);
        using var folder = WorkFolder.Create(services.Settings.WorkDirectory, $"{services.Postgres} {pipeline.Name}{(run.IsDryRun ? $" {runId}" : "")}");
        _batches = new OutboundBatches(run, pump, folder, new ErrorBudget(pipeline.MaxErrors, expected), options.AllowEmpty, MoveAfter);
        try
        {
            if (!await _batches.MoveAsync(parts, IsFull, expected, stop).ConfigureAwait(false)) return RunStatus.Cancelled;
        }
        finally
        {
            await run.TryDropTablesAsync().ConfigureAwait(false);
        }

        if (_batches.Kept > 0) _notes.Add(FormattableString.Invariant($"{_batches.Kept} rows of {run.Plan.Target.Name} are not at the source and are kept (delete: soft:COLUMN marks them, mode: full deletes them)."));
        var counts = pump.Counts;
        return counts.Quarantined > 0 ? RunStatus.Quarantined : counts.Read == 0 && Deleted == 0 ? RunStatus.Idle : RunStatus.Done;

        WatermarkMove MoveAfter(OutboundPart part)
        {
            if (part.IsLast) return new WatermarkMove(Window!.High ?? watermark?.Cursor, null, Window.High, WindowComplete: true, tailRows, 0);
            return new WatermarkMove(part.To ?? watermark?.Cursor, null, Window!.High, WindowComplete: false, null, 0);
        }
    }

    private async Task<(IReadOnlyList<OutboundPart> Parts, long? TailRows)> FindPartsAsync(PostgresTable source, Watermark? watermark, CancellationToken stop)
    {
        if (_tables.Cursor(source, IsFull) is not { } cursor)
        {
            var rows = await _tables.OnSourceAsync((connection, token) => CountAsync(connection, source.Name, token), stop).ConfigureAwait(false);
            Window = new SyncWindow(null, null, null, rows, 0, 0, null, [], IsIdle: false);
            return ([new OutboundPart(null, null, null, IsLast: true)], null);
        }

        var finder = new OutboundWindow(pipeline, source.Name, cursor);
        var (window, parts) = await _tables.OnSourceAsync((connection, token) => finder.FindAsync(connection, IsFull ? null : watermark, token), stop).ConfigureAwait(false);
        Window = window;
        FaultPoint.Reach("window-found");
        NoteFindings(window);
        if (!IsFull && parts.Count == 0) return (parts, null);
        long? tailRows = window.High is null ? null : await _tables.OnSourceAsync((connection, token) => finder.TailRowsAsync(connection, window, token), stop).ConfigureAwait(false);
        // A full run reads what lies above the window too, and rows without a cursor: all there is.
        return (IsFull ? [new OutboundPart(null, null, window.High, IsLast: true)] : parts, tailRows);
    }

    private void NoteFindings(SyncWindow window)
    {
        if (window.NullCursors > 0 && !IsFull)
        {
            services.Logger.NullCursors(pipeline.Name, window.NullCursors, pipeline.WatermarkColumn!);
            _notes.Add(FormattableString.Invariant($"{window.NullCursors} source rows have no {pipeline.WatermarkColumn}; ")
                + (pipeline.SweepNullCursors ? "they are read in every run." : "they are not read (null_cursor: sweep reads them)."));
        }

        if (window.FutureRows == 0 || IsFull) return;
        _notes.Add(FormattableString.Invariant(
            $"{window.FutureRows} source rows wait because their {pipeline.WatermarkColumn} is later than the oldest open transaction or than now less settle (newest {window.Newest})."));
    }

    private static async Task<long> CountAsync(NpgsqlConnection connection, PostgresTableName table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM {table.ToSql()}", connection);
        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }
}
