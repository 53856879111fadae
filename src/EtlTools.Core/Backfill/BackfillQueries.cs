using EtlTools.Core.Errors;
using EtlTools.Core.State;
using Npgsql;

namespace EtlTools.Core.Backfill;

/// <summary>What users ask of backfills, and tell them, from any process. Each call opens a connection of its own.</summary>
public sealed class BackfillQueries(EtlSession session)
{
    /// <summary>The newest plans first, each as it stands.</summary>
    /// <param name="name">Only of this name; null for all.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="stop">Stops the queries.</param>
    public async Task<IReadOnlyList<BackfillSnapshot>> ListAsync(string? name, int limit, CancellationToken stop)
    {
        await using var connection = await session.OpenStateAsync(stop).ConfigureAwait(false);
        var snapshots = new List<BackfillSnapshot>();
        foreach (var plan in await BackfillStore.ListAsync(connection, name, limit, stop).ConfigureAwait(false))
            snapshots.Add(await BackfillSnapshot.TakeAsync(connection, plan, stop).ConfigureAwait(false));
        return snapshots;
    }

    /// <summary>The plan that a name means, as it stands.</summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public async Task<BackfillSnapshot> FindAsync(string name, CancellationToken stop)
    {
        await using var connection = await session.OpenStateAsync(stop).ConfigureAwait(false);
        return await BackfillSnapshot.TakeAsync(connection, await PlanAsync(connection, name, stop).ConfigureAwait(false), stop).ConfigureAwait(false);
    }

    /// <summary>Asks all workers of a plan to stop; they do at their next batch. What is loaded stays, and a new start goes on from there.</summary>
    /// <returns>The plan as it stands after.</returns>
    /// <exception cref="ConfigurationException">There is none of the name, or it is finished.</exception>
    public async Task<BackfillSnapshot> CancelAsync(string name, CancellationToken stop)
    {
        await using var connection = await session.OpenStateAsync(stop).ConfigureAwait(false);
        var plan = await PlanAsync(connection, name, stop).ConfigureAwait(false);
        if (plan.IsFinished) throw new ConfigurationException($"Backfill {name} is finished ({plan.Status}); there is nothing to stop.", "`etl backfill status` lists those that are not.");
        await PlanStore.CancelAsync(connection, plan.Id, stop).ConfigureAwait(false);
        var after = await BackfillStore.FindAsync(connection, plan.Id, stop).ConfigureAwait(false);
        // Nobody is at work, so nobody else would build them.
        if (after!.Status == BackfillStatus.Cancelled) await PutOffIndexes.BuildAsync(session.Services, plan.Id, stop).ConfigureAwait(false);
        return await BackfillSnapshot.TakeAsync(connection, after, stop).ConfigureAwait(false);
    }

    private static async Task<BackfillPlan> PlanAsync(NpgsqlConnection connection, string name, CancellationToken stop) =>
        await BackfillStore.FindAsync(connection, name, stop).ConfigureAwait(false) ?? throw new ConfigurationException(
            $"There is no backfill '{name}'.", $"`etl backfill status` lists those there are; `etl backfill {name}` begins one.");
}
