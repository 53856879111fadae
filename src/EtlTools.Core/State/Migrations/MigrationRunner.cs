namespace EtlTools.Core.State.Migrations;

/// <summary>Applies or lists the migrations of a session's PostgreSQL.</summary>
public sealed class MigrationRunner(EtlSession session)
{
    /// <summary>The state and whatever else is asked for, each once, in the order of application.</summary>
    public static IReadOnlyList<string> Sets(IEnumerable<string> with) => [MigrationSets.State, .. with.Where(set => set != MigrationSets.State).Distinct()];

    /// <summary>What would be applied.</summary>
    public Task<IReadOnlyList<Migration>> PlanAsync(IReadOnlyList<string> sets, CancellationToken stop) => Migrator().PlanAsync(sets, stop);

    /// <summary>Applies what is pending.</summary>
    /// <returns>What was applied.</returns>
    public Task<IReadOnlyList<Migration>> ApplyAsync(IReadOnlyList<string> sets, CancellationToken stop) => Migrator().ApplyAsync(sets, stop);

    private PostgresMigrator Migrator() => new(session.Services.Postgres.DataSource, session.Services.Logger);
}
