using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.Resilience;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;
using EtlTools.Core.Sync.Drift;
using EtlTools.Core.Telemetry;
using Npgsql;

namespace EtlTools.Core.Sync;

/// <summary>
/// One run of one pipeline from lease to release. What it has done so far can be read from it at any time, also after it failed.
/// </summary>
internal sealed class SyncAttempt(EtlServices services, PipelineDefinition pipeline, SyncOptions options, Guid runId, RowPump pump)
{
    private readonly RunIdentity _run = new(pipeline.Name, runId, IsRetry: false);
    private readonly List<string> _notes = [];

    /// <summary>How it ended; meaningless while it runs or when it threw.</summary>
    public string Status { get; private set; } = RunStatus.Running;

    /// <summary>The window of an incremental run, once it is known.</summary>
    public SyncWindow? Window { get; private set; }

    /// <summary>Target rows deleted.</summary>
    public long Deleted { get; private set; }

    /// <summary>What a person should know.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Runs. A dry run takes no lease, since it writes nothing.</summary>
    /// <exception cref="EtlException">It could not be done.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        if (options.DryRun)
        {
            var watermark = await FindWatermarkAsync(stop).ConfigureAwait(false);
            Status = await MoveAsync(null, watermark, stop).ConfigureAwait(false);
            return;
        }

        var request = new LeaseRequest(pipeline.Name, pipeline.Source, pipeline.Target, pipeline.WatermarkColumn, runId);
        var lease = await services.Resilience.For(ResiliencePipelines.Postgres).ExecuteAsync(
            async token => await PipelineLease.TakeAsync(services.Postgres, request, token).ConfigureAwait(false), stop).ConfigureAwait(false);
        await using (lease.ConfigureAwait(false))
        {
            services.Logger.LeaseTaken(pipeline.Name, lease.Fence);
            try
            {
                await RunStore.MarkAbandonedAsync(lease.Connection, pipeline.Name, runId, stop).ConfigureAwait(false);
                Status = await MoveAsync(lease, lease.Watermark, stop).ConfigureAwait(false);
                await ReleaseAsync(lease, Status, null).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                var status = failure is OperationCanceledException ? RunStatus.Cancelled : RunStatus.Failed;
                await ReleaseAsync(lease, status, failure).ConfigureAwait(false);
                throw;
            }
        }
    }

    private async Task<string> MoveAsync(PipelineLease? lease, Watermark? watermark, CancellationToken stop)
    {
        EnsureSameRoute(watermark);
        var plan = await PlanAsync(lease, stop).ConfigureAwait(false);
        _notes.AddRange(plan.Notes);
        foreach (var note in plan.Notes) services.Logger.PlanNote(pipeline.Name, note);
        return options.Mode == SyncMode.Full
            ? await FullAsync(lease, plan, stop).ConfigureAwait(false)
            : await IncrementalAsync(lease, watermark, plan, stop).ConfigureAwait(false);
    }

    private async Task<string> IncrementalAsync(PipelineLease? lease, Watermark? watermark, TablePlan plan, CancellationToken stop)
    {
        var cursor = Cursor(plan.Source) ?? throw new ConfigurationException(
            $"{pipeline.Name} has no watermark_column, so changes cannot be found.", "Set watermark_column, or run it with --mode full.");
        var sql = new SnowflakeWindowSql(plan.Source.Name, cursor, pipeline.Lookback, pipeline.Settle);
        Window = await FromSnowflakeAsync(
            async (connection, token) => await new WindowFinder(sql).FindAsync(connection, watermark, token).ConfigureAwait(false), stop).ConfigureAwait(false);
        NoteWindow(Window);
        var sweeps = pipeline.SweepNullCursors && Window.NullCursors > 0;
        if ((Window.IsIdle || Window.High is null) && !sweeps) return RunStatus.Idle;

        services.Logger.WindowOpened(pipeline.Name, Window.Low, Window.High);
        var fields = SourceFields.Of(plan, cursor);
        var queries = new WindowQueries(sql, Window, fields.Projections, fields.Key, fields.CursorField, sweeps);
        var expected = Window.Rows + (sweeps ? Window.NullCursors : 0);
        var budget = new ErrorBudget(pipeline.MaxErrors, expected);
        var retry = services.Resilience.For(ResiliencePipelines.Postgres);
        if (lease is null)
        {
            var overlay = LoadPlan.ForDryRun(
                plan.Target, plan.TargetColumns, plan.Key, "pg_temp.etl_stage", emptyAtCommit: true, plan.Added, pipeline.OnMissingParent);
            var writer = new DryRunWriter(services.Postgres, overlay, pipeline.Name, budget, retry);
            await using (writer.ConfigureAwait(false))
                return await pump.RunAsync(Reader(queries, fields, plan), writer, expected, stop).ConfigureAwait(false);
        }
        else
        {
            var load = LoadPlan.ForTarget(
                plan.Target, plan.TargetColumns, plan.Key, "pg_temp.etl_stage",
                UpsertSql.CreateStage("etl_stage", plan.Target.Name.ToSql(), plan.TargetColumns, emptyAtCommit: true), pipeline.OnMissingParent);
            var position = new WindowPosition(watermark?.Cursor, Window.High, cursor.Compare);
            var writer = new TargetWriter(lease, load, _run, position, budget, retry, services.Logger);
            var reader = Reader(queries, fields, plan);
            reader.Encoder.QuarantinedKeys = await QuarantineStore.OpenKeysAsync(lease.Connection, pipeline.Name, stop).ConfigureAwait(false);
            var status = await pump.RunAsync(reader, writer, expected, stop).ConfigureAwait(false);
            if (status != RunStatus.Cancelled) await writer.CompleteAsync(Window.High, Window.TailRows).ConfigureAwait(false);
            return status;
        }
    }

    private async Task<string> FullAsync(PipelineLease? lease, TablePlan plan, CancellationToken stop)
    {
        var cursor = Cursor(plan.Source);
        var sql = new SnowflakeFullSql(plan.Source.Name, cursor);
        var (rows, newest) = await FromSnowflakeAsync(
            async (connection, token) => await FullBounds.FindAsync(connection, sql, pipeline.Settle, token).ConfigureAwait(false), stop).ConfigureAwait(false);
        var fields = SourceFields.Of(plan, cursor);
        var budget = new ErrorBudget(pipeline.MaxErrors, rows);
        var retry = services.Resilience.For(ResiliencePipelines.Postgres);
        var load = FullLoadPlan(plan, lease is null);
        var session = new FullLoadSession(services.Postgres, lease, pipeline.Name);
        await using (session.ConfigureAwait(false))
        {
            var staging = new StagingWriter(session, load, _run, budget, retry);
            var reader = Reader(new FullQueries(sql.Read(fields.Projections)), fields, plan);
            var status = await pump.RunAsync(reader, staging, rows, stop).ConfigureAwait(false);
            if (status == RunStatus.Cancelled) return status;

            pump.Report(SyncPhase.Applying, rows);
            var apply = new FullApply(session, load, _run, budget, options.AllowEmpty, retry);
            var outcome = await apply.ApplyAsync(staging, pump.Counts, newest, pump.Batches + 1).ConfigureAwait(false);
            pump.Replace(outcome.Counts);
            Deleted = outcome.Deleted;
            if (outcome.Note.Length > 0) _notes.Add(outcome.Note);
            if (lease is not null) await BatchLoader.ExecuteAsync(session.Connection, $"DROP TABLE IF EXISTS {StageName}", stop).ConfigureAwait(false);
            return outcome.Counts.Quarantined > 0 ? RunStatus.Quarantined
                : outcome.Counts.Read == 0 && outcome.Deleted == 0 ? RunStatus.Idle
                : RunStatus.Done;
        }
    }

    private LoadPlan FullLoadPlan(TablePlan plan, bool isDryRun) => isDryRun
        ? LoadPlan.ForDryRun(
            plan.Target, plan.TargetColumns, plan.Key, "pg_temp.etl_stage", emptyAtCommit: false, plan.Added, pipeline.OnMissingParent)
        : LoadPlan.ForTarget(
            plan.Target, plan.TargetColumns, plan.Key, StageName,
            UpsertSql.CreateDurableStage(StageName, plan.Target.Name.ToSql(), plan.TargetColumns), pipeline.OnMissingParent);

    private string StageName { get; } = "etl." + PostgresIdentifier.Quote(
        "full_" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(pipeline.Name)))[..16]);

    private SourceReader Reader(ISourceQueries queries, SourceFields fields, TablePlan plan) => new(
        services.Snowflake, $"etl-tools {pipeline.Name} {runId}", queries, fields.Encoder(plan, pipeline), BatchLimits.For(pipeline.BatchSize),
        services.Resilience.For(ResiliencePipelines.Snowflake));

    private SnowflakeCursor? Cursor(SnowflakeTable source)
    {
        if (pipeline.WatermarkColumn is not { } name) return null;
        var column = source.Find(name) ?? throw new DriftException(
            $"{pipeline.Name}: watermark_column {name} does not exist in {source.Name}.",
            $"Correct the name; the table has: {string.Join(", ", source.Columns.Select(c => c.Name))}.");
        return new SnowflakeCursor(column, pipeline.CursorTimeZone);
    }

    private async Task<TablePlan> PlanAsync(PipelineLease? lease, CancellationToken stop)
    {
        var name = SnowflakeTableName.Parse(pipeline.Source, services.Settings.Snowflake?.Database, services.Settings.Snowflake?.Schema);
        var source = await FromSnowflakeAsync(
            (connection, token) => SnowflakeCatalog.DescribeAsync(connection, name, token), stop).ConfigureAwait(false);
        var plan = new DriftCheck(pipeline, source, await DescribeTargetAsync(source, stop).ConfigureAwait(false)).Plan();
        if (plan.Statements.Count == 0 || lease is null) return plan;

        foreach (var statement in plan.Statements) await BatchLoader.ExecuteAsync(lease.Connection, statement, stop).ConfigureAwait(false);
        return plan with { Target = await DescribeTargetAsync(source, stop).ConfigureAwait(false), Added = [] };
    }

    private async Task<PostgresTable> DescribeTargetAsync(SnowflakeTable source, CancellationToken stop)
    {
        var name = PostgresTableName.Parse(pipeline.Target);
        return await services.Resilience.For(ResiliencePipelines.Postgres).ExecuteAsync(async token =>
        {
            await using var connection = await services.Postgres.OpenAsync(token).ConfigureAwait(false);
            return await PostgresCatalog.DescribeAsync(connection, name, token).ConfigureAwait(false);
        }, stop).ConfigureAwait(false) ?? throw new DriftException(
            $"{pipeline.Name}: the target table {name} does not exist.", TargetDdl.Create(name, source, pipeline));
    }

    private async Task<T> FromSnowflakeAsync<T>(Func<System.Data.Common.DbConnection, CancellationToken, Task<T>> query, CancellationToken stop) =>
        await services.Resilience.For(ResiliencePipelines.Snowflake).ExecuteAsync(async token =>
        {
            var connection = await services.Snowflake.OpenAsync($"etl-tools {pipeline.Name} {runId}", token).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
                return await query(connection, token).ConfigureAwait(false);
        }, stop).ConfigureAwait(false);

    private async Task<Watermark?> FindWatermarkAsync(CancellationToken stop)
    {
        await using var connection = await services.Postgres.OpenAsync(stop).ConfigureAwait(false);
        return await WatermarkStore.FindAsync(connection, pipeline.Name, stop).ConfigureAwait(false);
    }

    // A position on another table or column means nothing here, and following it would lose rows.
    private void EnsureSameRoute(Watermark? watermark)
    {
        if (watermark?.Cursor is null) return;
        if (watermark.Source == pipeline.Source && watermark.Target == pipeline.Target && watermark.CursorColumn == pipeline.WatermarkColumn) return;
        throw new ConfigurationException(
            $"{pipeline.Name}: its watermark was recorded for {watermark.Source} → {watermark.Target} by {watermark.CursorColumn ?? "no column"}, "
            + $"but the pipeline now says {pipeline.Source} → {pipeline.Target} by {pipeline.WatermarkColumn ?? "no column"}.",
            $"Give the pipeline another name, or forget the position with `etl watermark reset {pipeline.Name}` to read everything again.");
    }

    private void NoteWindow(SyncWindow window)
    {
        if (window.NullCursors > 0)
        {
            services.Logger.NullCursors(pipeline.Name, window.NullCursors, pipeline.WatermarkColumn!);
            _notes.Add(string.Create(CultureInfo.InvariantCulture, $"{window.NullCursors} source rows have no {pipeline.WatermarkColumn}; ")
                + (pipeline.SweepNullCursors ? "they are read in every run." : "they are not read (null_cursor: sweep reads them)."));
        }

        if (window.FutureRows == 0) return;
        services.Logger.FutureCursors(pipeline.Name, window.FutureRows, pipeline.WatermarkColumn!, window.High);
        _notes.Add(string.Create(CultureInfo.InvariantCulture,
            $"{window.FutureRows} source rows wait because their {pipeline.WatermarkColumn} is later than now less settle (newest {window.Newest}); check cursor_time_zone."));
    }

    private static async Task ReleaseAsync(PipelineLease lease, string status, Exception? failure)
    {
        try
        {
            var isSuccess = status is RunStatus.Done or RunStatus.Idle or RunStatus.Quarantined;
            await lease.ReleaseAsync(status, failure?.Message, isSuccess, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception lost) when (lost is NpgsqlException or InvalidOperationException)
        {
            // The lock goes with the session; the next run overwrites the holder.
        }
    }
}
