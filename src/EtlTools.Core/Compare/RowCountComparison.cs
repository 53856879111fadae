using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.Resilience;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using Npgsql;

namespace EtlTools.Core.Compare;

/// <summary>Counts the rows of both tables of a pipeline, at the source and at the target, each by its own COUNT(*).</summary>
public sealed class RowCountComparison(EtlServices services)
{
    /// <summary>Counts.</summary>
    /// <exception cref="EtlException">A table does not exist or a system cannot be reached.</exception>
    public async Task<RowCountResult> RunAsync(PipelineDefinition pipeline, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        if (pipeline.Direction != SyncDirection.SnowflakeToPostgres)
            throw new ConfigurationException($"{pipeline.Name}: direction postgres_to_snowflake is not supported by this version.", "Leave the table out.");
        var settings = services.Settings.Snowflake;
        var source = SnowflakeTableName.Parse(pipeline.Source, settings?.Database, settings?.Schema);
        var planner = new TablePlanner(services, pipeline, $"etl-tools compare {pipeline.Name}");
        var sourceRows = await planner.QueryAsync(
            (connection, token) => WindowFinder.RowAsync(connection, $"SELECT COUNT(*) FROM {source.ToSql()}", [], token), cancellationToken).ConfigureAwait(false);
        var (targetRows, open) = await services.Resilience.For(ResiliencePipelines.Postgres).ExecuteAsync(
            async token => await CountTargetAsync(pipeline, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return new RowCountResult(
            pipeline.Name, pipeline.Source, pipeline.Target, long.Parse(sourceRows[0]!, CultureInfo.InvariantCulture), targetRows, open);
    }

    private async Task<(long Rows, long Open)> CountTargetAsync(PipelineDefinition pipeline, CancellationToken cancellationToken)
    {
        var name = PostgresTableName.Parse(pipeline.Target);
        await using var connection = await services.Postgres.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM {name.ToSql()}", connection);
        try
        {
            var rows = (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
            return (rows, await QuarantineStore.CountOpenAsync(connection, pipeline.Name, cancellationToken).ConfigureAwait(false));
        }
        catch (PostgresException missing) when (missing.SqlState is "42P01" or "3F000")
        {
            throw new DriftException(
                $"{pipeline.Name}: {missing.MessageText}.", "Create the target table (`etl check` prints its DDL), and run `etl migrate`.", missing);
        }
    }
}

/// <summary>How many rows both sides of a pipeline hold.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Source">Its source table.</param>
/// <param name="Target">Its target table.</param>
/// <param name="SourceRows">Rows at the source.</param>
/// <param name="TargetRows">Rows at the target.</param>
/// <param name="OpenQuarantine">Rows of the pipeline in quarantine: they may explain a shortage.</param>
public sealed record RowCountResult(string Pipeline, string Source, string Target, long SourceRows, long TargetRows, long OpenQuarantine)
{
    /// <summary>Target less source: negative when rows are missing in the target.</summary>
    public long Difference => TargetRows - SourceRows;

    /// <summary>Whether both sides hold as many rows.</summary>
    public bool IsEqual => Difference == 0;
}
