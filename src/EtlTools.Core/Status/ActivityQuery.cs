using EtlTools.Core.Backfill;
using EtlTools.Core.State;
using Npgsql;

namespace EtlTools.Core.Status;

/// <summary>Reads from the database what is going on, in whichever processes.</summary>
public sealed class ActivityQuery(EtlSession session)
{
    /// <summary>What is going on, backfills first, each kind by its beginning.</summary>
    /// <param name="known">Ids of what was seen going on before; it is listed again when it has ended.</param>
    /// <param name="since">When was looked before: what began and ended since is listed too. Null for the first look.</param>
    /// <param name="stop">Stops the queries.</param>
    /// <returns>What was found, and when: the database's clock.</returns>
    /// <exception cref="Errors.EtlException">The database cannot be reached, or migrations are due.</exception>
    public async Task<(IReadOnlyList<Activity> Activities, DateTimeOffset At)> ListAsync(IReadOnlyCollection<Guid> known, DateTimeOffset? since, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(known);
        await using var connection = await session.OpenStateAsync(stop).ConfigureAwait(false);
        await using var clock = new NpgsqlCommand("SELECT now()", connection);
        var now = new DateTimeOffset((DateTime)(await clock.ExecuteScalarAsync(stop).ConfigureAwait(false))!);
        var found = new List<Activity>();
        foreach (var plan in await BackfillStore.AtWorkAsync(connection, known, stop).ConfigureAwait(false))
            found.Add(Activity.Of(await BackfillSnapshot.TakeAsync(connection, plan, stop).ConfigureAwait(false)));
        // The clocks of those who run and of the database are not quite the same.
        var runs = await RunStore.AtWorkAsync(connection, known, (since ?? now) - Activity.LongestSilence, stop).ConfigureAwait(false);
        found.AddRange(runs.Select(run => Activity.Of(run, now)));
        return (found, now);
    }
}
