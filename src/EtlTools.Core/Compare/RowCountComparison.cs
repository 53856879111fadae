using System.Data.Common;
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
        var isOutbound = pipeline.Direction == SyncDirection.PostgresToSnowflake;
        var atPostgres = PostgresTableName.Parse(isOutbound ? pipeline.Source : pipeline.Target);
        var (postgresRows, open) = await services.Resilience.For(ResiliencePipelines.Postgres).ExecuteAsync(
            async token => await CountAtPostgresAsync(pipeline, atPostgres, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        var planner = new TablePlanner(services, pipeline, $"etl-tools compare {pipeline.Name}");
        var (snowflakeRows, newest) = await planner.QueryAsync((connection, token) => CountAtSnowflakeAsync(connection, pipeline, token), cancellationToken).ConfigureAwait(false);
        var (source, target) = isOutbound ? (postgresRows, snowflakeRows) : (snowflakeRows, postgresRows);
        return new RowCountResult(pipeline.Name, pipeline.Source, pipeline.Target, source, target, open, pipeline.ExpectedRows, newest);
    }

    private async Task<(long Rows, DateTimeOffset? NewestLoad)> CountAtSnowflakeAsync(DbConnection connection, PipelineDefinition pipeline, CancellationToken cancellationToken)
    {
        var settings = services.Settings.Snowflake;
        var isOutbound = pipeline.Direction == SyncDirection.PostgresToSnowflake;
        var name = SnowflakeTableName.Parse(isOutbound ? pipeline.Target : pipeline.Source, settings?.Database, settings?.Schema);
        var (rows, newest) = ("COUNT(*)", "NULL");
        if (isOutbound)
        {
            // Looked up first: its error says which tables there are.
            var table = await DescribeTargetAsync(connection, pipeline, name, cancellationToken).ConfigureAwait(false);
            if (pipeline.SoftDeleteColumn is { } mark && table.Find(mark) is { } column) rows = $"COUNT_IF({IsLive(column)})";
            if (LoadedAtColumn.Of(table) is { } loadedAt) newest = loadedAt.Newest;
        }

        var row = await SnowflakeStatement.RowAsync(connection, $"SELECT {rows}, {newest} FROM {name.ToSql()}", [], cancellationToken).ConfigureAwait(false);
        return (long.Parse(row[0]!, CultureInfo.InvariantCulture), LoadedAtColumn.Read(row[1]));
    }

    private static async Task<SnowflakeTable> DescribeTargetAsync(DbConnection connection, PipelineDefinition pipeline, SnowflakeTableName name, CancellationToken cancellationToken)
    {
        try
        {
            return await SnowflakeCatalog.DescribeAsync(connection, name, cancellationToken).ConfigureAwait(false);
        }
        catch (ConfigurationException missing)
        {
            throw new DriftException(
                $"{pipeline.Name}: {missing.Message}",
                "Create it: `etl check` prints its CREATE TABLE statement, and `etl discover --apply` runs it. If it exists, correct its name in the YAML file, or grant the role USAGE on database and schema and SELECT on the table.",
                missing);
        }
    }

    // A row that is marked as gone has no counterpart at the source.
    private static string IsLive(SnowflakeColumn mark)
    {
        var name = SnowflakeIdentifier.Quote(mark.Name);
        return mark.Type.Kind == SnowflakeTypeKind.Boolean ? $"COALESCE({name}, FALSE) = FALSE" : $"{name} IS NULL";
    }

    private async Task<(long Rows, long Open)> CountAtPostgresAsync(PipelineDefinition pipeline, PostgresTableName name, CancellationToken cancellationToken)
    {
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
                $"{pipeline.Name}: {missing.MessageText}.",
                pipeline.Direction == SyncDirection.PostgresToSnowflake
                    ? "Correct source in the YAML file, and run `etl migrate`."
                    : "Create the target table (`etl check` prints its DDL), and run `etl migrate`.",
                missing);
        }
    }
}

/// <summary>How many rows both sides of a pipeline hold.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Source">Its source table.</param>
/// <param name="Target">Its target table.</param>
/// <param name="SourceRows">Rows at the source.</param>
/// <param name="TargetRows">Rows at the target, without those marked as gone from the source.</param>
/// <param name="OpenQuarantine">Rows of the pipeline in quarantine: they may explain a shortage.</param>
/// <param name="ExpectedRows">How many rows the configuration says the target should have; null when it does not say.</param>
/// <param name="NewestLoad">When the newest row of a Snowflake target was written, by its column <c>_LOADED_AT</c>, to the second in UTC; null without one.</param>
public sealed record RowCountResult(
    string Pipeline, string Source, string Target, long SourceRows, long TargetRows, long OpenQuarantine, long? ExpectedRows, DateTimeOffset? NewestLoad = null)
{
    /// <summary>Target less source: negative when rows are missing in the target.</summary>
    public long Difference => TargetRows - SourceRows;

    /// <summary>Whether both sides hold as many rows.</summary>
    public bool IsEqual => Difference == 0;

    /// <summary>Whether the target holds as many rows as expected; null when nothing is expected.</summary>
    public bool? IsExpected => ExpectedRows is { } expected ? TargetRows == expected : null;
}
