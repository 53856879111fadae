using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.Resilience;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State.Migrations;
using EtlTools.Core.Sync.ToSnowflake;

namespace EtlTools.Core.Sync;

/// <summary>
/// Runs several pipelines one after the other, parents before the tables that reference them. Each is a run of its own: one that
/// fails neither undoes nor stops the others.
/// </summary>
public sealed class SyncRunner(EtlServices services)
{
    /// <summary>Runs the pipelines. After a stop request the remaining ones are not begun and have no result.</summary>
    /// <param name="pipelines">What to move.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told after each batch, on a worker thread; may be null.</param>
    /// <param name="stop">Ends at the next batch boundary.</param>
    /// <exception cref="ConfigurationException">A transform is given for a table that goes to Snowflake: nothing was begun.</exception>
    /// <exception cref="EtlException">The state tables are missing or of another version, or PostgreSQL cannot be reached: nothing was begun.</exception>
    public async Task<IReadOnlyList<SyncResult>> RunAsync(
        IReadOnlyList<PipelineDefinition> pipelines, SyncOptions options, IProgress<SyncProgress>? progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(pipelines);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Transform is not null) OutboundTransforms.Refuse(pipelines);
        var ordered = await PrepareAsync(pipelines, options, stop).ConfigureAwait(false);
        var results = new List<SyncResult>();
        // Opened only if a table needs it: one for all of them.
        var session = new SnowflakeSession(services, "etl-tools sync");
        await using var _ = session.ConfigureAwait(false);
        var dryRun = new DryRunSession(services.Postgres);
        await using var __ = dryRun.ConfigureAwait(false);
        var sync = new TableSync(services) { Session = session, DryRun = dryRun };
        foreach (var pipeline in ordered)
        {
            if (stop.IsCancellationRequested) break;
            results.Add(await sync.RunAsync(pipeline, options, progress, stop).ConfigureAwait(false));
        }

        return results;
    }

    private async Task<IReadOnlyList<PipelineDefinition>> PrepareAsync(IReadOnlyList<PipelineDefinition> pipelines, SyncOptions options, CancellationToken stop)
    {
        try
        {
            await services.Resilience.For(ResiliencePipelines.Postgres).ExecuteAsync(
                async token => await new PostgresMigrator(services.Postgres.DataSource, services.Logger)
                    .EnsureCurrentAsync(cancellationToken: token).ConfigureAwait(false), stop).ConfigureAwait(false);
            return await ParentsFirstAsync(pipelines, stop).ConfigureAwait(false);
        }
        catch (Exception failure) when (!options.DryRun)
        {
            // No run has begun that could say so.
            services.Alerts.Failed("sync", null, failure);
            throw;
        }
    }

    private async Task<IReadOnlyList<PipelineDefinition>> ParentsFirstAsync(IReadOnlyList<PipelineDefinition> pipelines, CancellationToken stop)
    {
        if (pipelines.Count < 2) return pipelines;
        var references = await services.Resilience.For(ResiliencePipelines.Postgres).ExecuteAsync(
            async token => await ReferencesAsync(pipelines, token).ConfigureAwait(false), stop).ConfigureAwait(false);
        var ordered = new List<PipelineDefinition>();
        var visited = new HashSet<PipelineDefinition>();
        foreach (var pipeline in pipelines) Visit(pipeline);
        return ordered;

        // Depth first in the order of the configuration; a circle of references keeps that order.
        void Visit(PipelineDefinition pipeline)
        {
            if (!visited.Add(pipeline)) return;
            foreach (var parent in pipelines.Where(other => other.Direction == SyncDirection.SnowflakeToPostgres && references[pipeline].Contains(PostgresTableName.Parse(other.Target)))) Visit(parent);
            ordered.Add(pipeline);
        }
    }

    private async Task<Dictionary<PipelineDefinition, HashSet<PostgresTableName>>> ReferencesAsync(
        IReadOnlyList<PipelineDefinition> pipelines, CancellationToken cancellationToken)
    {
        await using var connection = await services.Postgres.OpenAsync(cancellationToken).ConfigureAwait(false);
        var references = new Dictionary<PipelineDefinition, HashSet<PostgresTableName>>();
        foreach (var pipeline in pipelines)
        {
            // A pipeline in the other direction has its target at Snowflake, where references are not enforced.
            var table = pipeline.Direction == SyncDirection.SnowflakeToPostgres
                ? await PostgresCatalog.DescribeAsync(connection, PostgresTableName.Parse(pipeline.Target), cancellationToken).ConfigureAwait(false)
                : null;
            references[pipeline] = table?.ForeignKeys.Select(key => key.Parent).ToHashSet() ?? [];
        }

        return references;
    }
}
