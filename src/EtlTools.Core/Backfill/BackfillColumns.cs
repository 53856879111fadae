using EtlTools.Core.Config;
using EtlTools.Core.Resilience;
using EtlTools.Core.Sync;
using Npgsql;

namespace EtlTools.Core.Backfill;

/// <summary>Adds columns that are new at the source, where the pipeline says so, before rows travel.</summary>
internal static class BackfillColumns
{
    /// <summary>Fits the tables together and adds what is missing; of several processes one does it.</summary>
    public static async Task<BackfillTables> EnsureAsync(EtlServices services, TablePlanner planner, PipelineDefinition pipeline, CancellationToken stop)
    {
        var tables = await BackfillTables.FindAsync(planner, pipeline, stop).ConfigureAwait(false);
        if (tables.Plan.Statements.Count == 0) return tables;
        var notes = tables.Plan.Notes;
        await services.Resilience.For(ResiliencePipelines.Postgres).ExecuteAsync(async token =>
        {
            await using var connection = await services.Postgres.OpenAsync(token).ConfigureAwait(false);
            await using var transaction = await connection.BeginTransactionAsync(token).ConfigureAwait(false);
            await using var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtextextended('etl:columns:' || $1, 0))", connection)
            {
                Parameters = { new NpgsqlParameter { Value = pipeline.Target } },
            };
            await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
            // Whoever had the lock before may have added them.
            foreach (var statement in (await planner.PlanAsync(token).ConfigureAwait(false)).Statements)
                await BatchLoader.ExecuteAsync(connection, statement, token).ConfigureAwait(false);
            await transaction.CommitAsync(token).ConfigureAwait(false);
        }, stop).ConfigureAwait(false);
        tables = await BackfillTables.FindAsync(planner, pipeline, stop).ConfigureAwait(false);
        return tables with { Plan = tables.Plan with { Notes = notes } };
    }
}
