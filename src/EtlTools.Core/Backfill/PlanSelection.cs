using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Resilience;
using EtlTools.Core.State;
using EtlTools.Core.Telemetry;

namespace EtlTools.Core.Backfill;

/// <summary>Finds the plan that a start goes on with, or makes a new one.</summary>
internal sealed class PlanSelection(EtlServices services, PipelineDefinition pipeline, BackfillOptions options)
{
    private readonly List<string> _notes = [];

    /// <summary>What a person should know of the selection.</summary>
    public IReadOnlyList<string> Notes => _notes;

    private string Name => options.Name ?? pipeline.Name;

    /// <summary>The plan to work on.</summary>
    /// <param name="tables">How the tables fit together now.</param>
    /// <param name="planner">Makes a plan.</param>
    /// <param name="stop">Stops the queries.</param>
    /// <returns>The plan, finished only when there is nothing left to join; and whether it was made just now.</returns>
    /// <exception cref="ConfigurationException">The unfinished plan has other parameters, or there is none to join.</exception>
    /// <exception cref="ConflictException">It is to be given up while somebody works on it.</exception>
    public async Task<(BackfillPlan Plan, bool IsNew)> SelectAsync(BackfillTables tables, BackfillPlanner planner, CancellationToken stop)
    {
        var present = await StateAsync((connection, token) => BackfillStore.FindAsync(connection, Name, token), stop).ConfigureAwait(false);
        if (options.Join) return (Joined(present, tables), false);
        var inherited = present is { IsFinished: false } ? present : null;
        if (inherited is not null && !options.Restart)
        {
            EnsureSame(inherited, tables);
            return (inherited, false);
        }

        var (plan, partitions) = await planner.MakeAsync(tables, options, stop).ConfigureAwait(false);
        if (inherited is not null) await GiveUpAsync(inherited, stop).ConfigureAwait(false);
        var isStored = await StateAsync((connection, token) => PlanStore.AddAsync(connection, plan, partitions, token), stop).ConfigureAwait(false);
        if (isStored)
        {
            services.Logger.BackfillPlanned(plan.Name, plan.PartitionCount, plan.Estimate.Rows, plan.Method);
            // Indexes that the plan given up has put off are this one's to build.
            if (inherited is { PutOffIndexes.Count: > 0 } old)
                await StateAsync((connection, token) => PlanStore.SaveIndexesAsync(connection, plan.Id, old.PutOffIndexes, token), stop).ConfigureAwait(false);
        }

        // Another process may have been faster; then its plan counts.
        var stored = await StateAsync((connection, token) => BackfillStore.FindAsync(connection, Name, token), stop).ConfigureAwait(false);
        if (stored!.Id != plan.Id) EnsureSame(stored, tables);
        return (stored, stored.Id == plan.Id);
    }

    /// <summary>Runs a statement on the state's database.</summary>
    internal async Task<T> StateAsync<T>(Func<Npgsql.NpgsqlConnection, CancellationToken, Task<T>> step, CancellationToken stop) =>
        await services.Resilience.For(ResiliencePipelines.Postgres).ExecuteAsync(async token =>
        {
            await using var connection = await services.Postgres.OpenAsync(token).ConfigureAwait(false);
            return await step(connection, token).ConfigureAwait(false);
        }, stop).ConfigureAwait(false);

    internal Task StateAsync(Func<Npgsql.NpgsqlConnection, CancellationToken, Task> step, CancellationToken stop) => StateAsync(async (connection, token) =>
    {
        await step(connection, token).ConfigureAwait(false);
        return true;
    }, stop);

    private BackfillPlan Joined(BackfillPlan? present, BackfillTables tables)
    {
        if (present is null or { Status: BackfillStatus.Replaced })
            throw new ConfigurationException($"There is no backfill {Name} to join.", $"Begin one with `etl backfill {pipeline.Name}`; `etl backfill status` lists those there are.");
        if (!present.IsFinished) EnsureSame(present, tables);
        return present;
    }

    private async Task GiveUpAsync(BackfillPlan plan, CancellationToken stop)
    {
        if (!await StateAsync((connection, token) => PlanStore.ReplaceAsync(connection, plan.Id, token), stop).ConfigureAwait(false))
        {
            var partitions = await StateAsync((connection, token) => BackfillStore.PartitionsAsync(connection, plan.Id, token), stop).ConfigureAwait(false);
            var working = partitions.FirstOrDefault(partition => partition.Status == PartitionStatus.Running);
            throw new ConflictException(
                $"{Name} is being worked on by {working?.Worker ?? "another process"}, so it cannot be begun anew.", $"Stop its workers with `etl backfill cancel {Name}`, then try again.");
        }

        if (plan.Method == BackfillMethod.Unload && await LeftFiles.RemoveAsync(services, plan, stop).ConfigureAwait(false) is { } note) _notes.Add(note);
    }

    private void EnsureSame(BackfillPlan plan, BackfillTables tables)
    {
        var planned = plan.Parameters;
        var differences = new List<string>();
        void Compare(string what, object? before, object? now, bool isSaid)
        {
            if (isSaid && !Equals(before, now)) differences.Add($"{what}: {before ?? "nothing said"} when it was planned, {now ?? "nothing said"} now");
        }

        Compare("--from", planned.From, options.From, options.From is not null);
        Compare("--to", planned.To, options.To, options.To is not null);
        Compare("--partitions", planned.Partitions ?? plan.PartitionCount, options.Partitions, options.Partitions is not null);
        Compare("--batch-size", plan.BatchSize, options.BatchSize, options.BatchSize is not null);
        Compare("--method", plan.Method, options.Method, options.Method is not null);
        Compare("table", plan.Pipeline, pipeline.Name, true);
        Compare("source", plan.Source, pipeline.Source, true);
        Compare("target", plan.Target, pipeline.Target, true);
        Compare("watermark_column", plan.CursorColumn, pipeline.WatermarkColumn, true);
        Compare("key", string.Join(", ", planned.Key), string.Join(", ", tables.Plan.Key), true);
        Compare("columns", string.Join(", ", planned.Columns), string.Join(", ", tables.Plan.TargetColumns), true);
        if (differences.Count == 0) return;
        throw new ConfigurationException(
            [$"The unfinished backfill {Name} of {plan.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC was planned otherwise:", .. differences.Select(d => "- " + d)],
            "Leave these options out to go on with it, say --restart to give it up and plan anew, or --name for another one beside it.");
    }
}
