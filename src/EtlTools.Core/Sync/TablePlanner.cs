using System.Data.Common;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.Resilience;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;
using EtlTools.Core.Sync.Drift;

namespace EtlTools.Core.Sync;

/// <summary>Describes both tables of a pipeline and fits them together.</summary>
internal sealed class TablePlanner(EtlServices services, PipelineDefinition pipeline, string queryTag)
{
    /// <summary>Plans without changing anything.</summary>
    /// <exception cref="DriftException">The tables do not fit.</exception>
    public async Task<TablePlan> PlanAsync(CancellationToken cancellationToken)
    {
        var name = SnowflakeTableName.Parse(pipeline.Source, services.Settings.Snowflake?.Database, services.Settings.Snowflake?.Schema);
        var source = await QueryAsync(
            (connection, token) => SnowflakeCatalog.DescribeAsync(connection, name, token), cancellationToken).ConfigureAwait(false);
        return new DriftCheck(pipeline, source, await DescribeTargetAsync(source, cancellationToken).ConfigureAwait(false)).Plan();
    }

    /// <summary>Plans, and adds the columns that the plan asks for on the lease's connection.</summary>
    /// <exception cref="DriftException">The tables do not fit.</exception>
    public async Task<TablePlan> PlanAndAddColumnsAsync(PipelineLease lease, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(cancellationToken).ConfigureAwait(false);
        if (plan.Statements.Count == 0) return plan;
        TablePlan? toDo = plan;
        await lease.RunAsync(services.Resilience.For(ResiliencePipelines.Postgres), async (connection, token) =>
        {
            // A connection lost during an ALTER leaves open whether it was done, so a second attempt looks again.
            toDo ??= await PlanAsync(token).ConfigureAwait(false);
            var statements = toDo.Statements;
            toDo = null;
            foreach (var statement in statements) await BatchLoader.ExecuteAsync(connection, statement, token).ConfigureAwait(false);
            return true;
        }, cancellationToken).ConfigureAwait(false);
        return plan with { Target = await DescribeTargetAsync(plan.Source, cancellationToken).ConfigureAwait(false), Added = [] };
    }

    /// <summary>Runs a query at the source on a connection of its own, again if the connection fails.</summary>
    public async Task<T> QueryAsync<T>(Func<DbConnection, CancellationToken, Task<T>> query, CancellationToken cancellationToken) =>
        await services.Resilience.For(ResiliencePipelines.Snowflake).ExecuteAsync(async token =>
        {
            var connection = await services.Snowflake.OpenAsync(queryTag, token).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
                return await query(connection, token).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);

    /// <summary>The pipeline's cursor; null when it has no watermark column.</summary>
    /// <exception cref="DriftException">The column does not exist.</exception>
    public SnowflakeCursor? Cursor(SnowflakeTable source)
    {
        if (pipeline.WatermarkColumn is not { } name) return null;
        var column = source.Find(name) ?? throw new DriftException(
            $"{pipeline.Name}: watermark_column {name} does not exist in {source.Name}.",
            $"Correct the name; the table has: {string.Join(", ", source.Columns.Select(c => c.Name))}.");
        return new SnowflakeCursor(column, pipeline.CursorTimeZone);
    }

    /// <summary>A reader of the plan's columns.</summary>
    public SourceReader Reader(ISourceQueries queries, TablePlan plan, IRowTransform? transform, Func<string, bool>? isInTail = null)
    {
        var encoder = SourceFields.Encoder(plan, pipeline);
        return new SourceReader(
            services.Snowflake, queryTag, queries, encoder, BatchLimits.For(pipeline.BatchSize), services.Resilience.For(ResiliencePipelines.Snowflake))
        {
            Transformer = transform is null ? null : new RowTransformer(transform, encoder),
            IsInTail = isInTail,
        };
    }

    private async Task<PostgresTable> DescribeTargetAsync(SnowflakeTable source, CancellationToken cancellationToken)
    {
        var name = PostgresTableName.Parse(pipeline.Target);
        var target = await services.Resilience.For(ResiliencePipelines.Postgres).ExecuteAsync(async token =>
        {
            await using var connection = await services.Postgres.OpenAsync(token).ConfigureAwait(false);
            return await PostgresCatalog.DescribeAsync(connection, name, token).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
        return target ?? throw new DriftException($"{pipeline.Name}: the target table {name} does not exist.", TargetDdl.Create(name, source, pipeline));
    }
}
