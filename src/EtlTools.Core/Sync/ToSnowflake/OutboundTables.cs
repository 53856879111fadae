using System.Data.Common;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.Resilience;
using EtlTools.Core.Snowflake;
using EtlTools.Core.Telemetry;
using Npgsql;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>The two tables of a pipeline to Snowflake as their catalogs describe them; a missing one is said with what creates it.</summary>
internal sealed class OutboundTables(EtlServices services, PipelineDefinition pipeline)
{
    /// <summary>The target's complete name.</summary>
    /// <exception cref="ConfigurationException">It is no name, or its database or schema is not known.</exception>
    public SnowflakeTableName TargetName => SnowflakeTableName.Parse(pipeline.Target, services.Settings.Snowflake?.Database, services.Settings.Snowflake?.Schema);

    /// <summary>The source.</summary>
    /// <exception cref="DriftException">It does not exist.</exception>
    public async Task<PostgresTable> DescribeSourceAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var name = PostgresTableName.Parse(pipeline.Source);
        return await PostgresCatalog.DescribeReadableAsync(connection, name, cancellationToken).ConfigureAwait(false)
            ?? throw new DriftException($"{pipeline.Name}: the source table {name} does not exist.", "Correct source, or create the table.");
    }

    /// <summary>The target.</summary>
    /// <exception cref="DriftException">This role sees no such table; the remedy has the statement that creates it.</exception>
    public async Task<SnowflakeTable> DescribeTargetAsync(DbConnection connection, PostgresTable source, CancellationToken cancellationToken)
    {
        try
        {
            return await SnowflakeCatalog.DescribeAsync(connection, TargetName, cancellationToken).ConfigureAwait(false);
        }
        catch (ConfigurationException missing)
        {
            throw new DriftException(
                $"{pipeline.Name}: {missing.Message}",
                $"{OutboundDdl.Create(TargetName, source, pipeline)}{Environment.NewLine}If the table exists: correct its name in the YAML file (unquoted names fold to upper case), or grant the role USAGE on database and schema, and SELECT, INSERT, UPDATE, DELETE on the table.",
                missing);
        }
    }

    /// <summary>How the tables fit together; a column that is new at the source is added first where the pipeline says so.</summary>
    /// <param name="session">The Snowflake session.</param>
    /// <param name="source">The source.</param>
    /// <param name="isDryRun">Whether nothing may be changed.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="DriftException">They do not fit.</exception>
    public async Task<OutboundPlan> PlanAsync(SnowflakeSession session, PostgresTable source, bool isDryRun, CancellationToken stop)
    {
        var plan = new OutboundDrift(pipeline, source, await DescribeAsync().ConfigureAwait(false)).Plan();
        if (plan.Statements.Count > 0 && !isDryRun)
        {
            foreach (var statement in plan.Statements)
                await session.RunAsync((connection, token) => SnowflakeStatement.ExecuteAsync(connection, statement, token), stop).ConfigureAwait(false);
            plan = new OutboundDrift(pipeline, source, await DescribeAsync().ConfigureAwait(false)).Plan() with { Statements = plan.Statements, Notes = plan.Notes };
        }

        foreach (var note in plan.Notes) services.Logger.PlanNote(pipeline.Name, note);
        return plan;

        Task<SnowflakeTable> DescribeAsync() => session.RunAsync((connection, token) => DescribeTargetAsync(connection, source, token), stop);
    }

    /// <summary>Runs a step at the source, on a connection of its own.</summary>
    public async Task<T> OnSourceAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> step, CancellationToken stop) =>
        await services.Resilience.For(ResiliencePipelines.Postgres).ExecuteAsync(async token =>
        {
            await using var connection = await services.Postgres.OpenAsync(token).ConfigureAwait(false);
            return await step(connection, token).ConfigureAwait(false);
        }, stop).ConfigureAwait(false);

    /// <summary>The column by which changes are found; null for a pipeline that is always read whole.</summary>
    /// <param name="source">The source.</param>
    /// <param name="isFull">Whether the run reads everything anyway.</param>
    /// <exception cref="EtlException">There is none, or it cannot serve.</exception>
    public PostgresCursor? Cursor(PostgresTable source, bool isFull)
    {
        if (pipeline.WatermarkColumn is not { } name)
        {
            return isFull ? null : throw new ConfigurationException(
                $"{pipeline.Name} has no watermark_column, so changes cannot be found.", "Set watermark_column, or mode: full.");
        }

        var column = source.Find(name) ?? throw new DriftException(
            $"{pipeline.Name}: watermark_column {name} does not exist in {source.Name}.",
            $"Correct the name; the table has: {string.Join(", ", source.Columns.Select(c => c.Name))}.");
        var cursor = new PostgresCursor(column, pipeline.CursorTimeZone);
        return cursor.IsTime || pipeline.WriteMode != WriteMode.Append ? cursor : throw new ConfigurationException(
            $"{pipeline.Name}: mode: append needs a time as watermark_column; {name} is {column.Type.Declared}, and a number drawn earlier may be committed later.",
            "Choose a timestamp of creation, or mode: merge with a lookback.");
    }
}
