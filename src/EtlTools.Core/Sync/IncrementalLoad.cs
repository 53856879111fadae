using System.Globalization;
using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.Resilience;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;
using EtlTools.Core.Telemetry;

namespace EtlTools.Core.Sync;

/// <summary>Reads the window since the watermark and upserts it batch by batch.</summary>
internal sealed class IncrementalLoad(RunContext context)
{
    private const string Stage = "pg_temp.etl_stage";

    /// <summary>The window, once it is known.</summary>
    public SyncWindow? Window { get; private set; }

    /// <summary>Runs, and says how it ended.</summary>
    public async Task<string> RunAsync(Watermark? watermark, CancellationToken stop)
    {
        var (pipeline, plan) = (context.Pipeline, context.Plan);
        var cursor = context.Planner.Cursor(plan.Source) ?? throw new ConfigurationException(
            $"{pipeline.Name} has no watermark_column, so changes cannot be found.", "Set watermark_column, or run it with --mode full.");
        var sql = new SnowflakeWindowSql(plan.Source.Name, cursor, pipeline.Lookback, pipeline.Settle);
        Window = await context.Planner.QueryAsync(
            async (connection, token) => await new WindowFinder(sql).FindAsync(connection, watermark, token).ConfigureAwait(false), stop).ConfigureAwait(false);
        FaultPoint.Reach("window-found");
        NoteFindings(Window);
        var sweeps = pipeline.SweepNullCursors && Window.NullCursors > 0;
        if (Window.IsIdle && !sweeps)
        {
            context.Services.Logger.RunIdle(pipeline.Name, watermark?.Cursor);
            return RunStatus.Idle;
        }

        context.Services.Logger.WindowOpened(pipeline.Name, Window.Low, Window.High);
        var fields = SourceFields.Of(plan, cursor);
        var queries = new WindowQueries(sql, Window, fields.Projections, fields.Key, fields.CursorField, sweeps);
        context.Sql.AddRange([queries.Get(0, null).Sql, .. plan.Statements, TargetPlan().Sql.Upsert]);
        var tailLow = Window.TailLow;
        var reader = context.Planner.Reader(queries, plan, context.Transform, text => tailLow is not null && cursor.Compare(text, tailLow) >= 0);
        var expected = Window.Rows + (sweeps ? Window.NullCursors : 0);
        return context.Lease is { } lease
            ? await WriteAsync(lease, reader, cursor, expected, stop).ConfigureAwait(false)
            : await PredictAsync(reader, expected, stop).ConfigureAwait(false);
    }

    private async Task<string> WriteAsync(PipelineLease lease, SourceReader reader, SnowflakeCursor cursor, long expected, CancellationToken stop)
    {
        var (pipeline, plan, window) = (context.Pipeline, context.Plan, Window!);
        var load = TargetPlan();
        var position = new WindowPosition(lease.Watermark, window.High, cursor.Compare);
        var writer = new TargetWriter(
            lease, load, context.Run, position, new ErrorBudget(pipeline.MaxErrors, expected), context.Retry, context.Services.Logger);
        reader.Encoder.QuarantinedKeys = await lease.RunAsync(
            context.Retry, (connection, token) => QuarantineStore.OpenKeysAsync(connection, pipeline.Name, token), stop).ConfigureAwait(false);
        var status = await context.Pump.RunAsync(reader, writer, expected, stop).ConfigureAwait(false);
        if (status != RunStatus.Cancelled) await writer.CompleteAsync(window.High, reader.TailRows).ConfigureAwait(false);
        return status;
    }

    private LoadPlan TargetPlan() => LoadPlan.ForTarget(
        context.Plan, Stage, UpsertSql.CreateStage(Stage, context.Plan.Target.Name.ToSql(), context.Plan.TargetColumns, emptyAtCommit: true),
        context.Pipeline.OnMissingParent);

    private async Task<string> PredictAsync(SourceReader reader, long expected, CancellationToken stop)
    {
        var (pipeline, plan) = (context.Pipeline, context.Plan);
        var overlay = LoadPlan.ForDryRun(plan, Stage, context.DryRun!, emptyAtCommit: true, pipeline.OnMissingParent);
        var writer = new DryRunWriter(context.DryRun!, overlay, pipeline.Name, new ErrorBudget(pipeline.MaxErrors, expected), context.Retry);
        return await context.Pump.RunAsync(reader, writer, expected, stop).ConfigureAwait(false);
    }

    private void NoteFindings(SyncWindow window)
    {
        var (pipeline, logger) = (context.Pipeline, context.Services.Logger);
        if (window.NullCursors > 0)
        {
            logger.NullCursors(pipeline.Name, window.NullCursors, pipeline.WatermarkColumn!);
            context.Notes.Add(
                string.Create(CultureInfo.InvariantCulture, $"{window.NullCursors} source rows have no {pipeline.WatermarkColumn}; ")
                + (pipeline.SweepNullCursors ? "they are read in every run." : "they are not read (null_cursor: sweep reads them)."));
        }

        if (window.FutureRows == 0) return;
        logger.FutureCursors(pipeline.Name, window.FutureRows, pipeline.WatermarkColumn!, window.High);
        context.Notes.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{window.FutureRows} source rows wait because their {pipeline.WatermarkColumn} is later than now less settle (newest {window.Newest}); check cursor_time_zone."));
    }
}
