using System.Data;
using EtlTools.Core.Errors;
using EtlTools.Core.Resilience;
using EtlTools.Core.Telemetry;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EtlTools.Core.State.Migrations;

/// <summary>
/// Brings a database's tables up to date: each script in a transaction of its own with its journal entry, all under an advisory lock,
/// so that of several processes one applies and the others find nothing left to do.
/// </summary>
public sealed class PostgresMigrator
{
    /// <summary>Any number that nobody else uses: "etlm" and "igra" in ASCII.</summary>
    private const long LockKey = 0x65746C6D_69677261;


    private readonly NpgsqlDataSource _database;
    private readonly ILogger _logger;
    private readonly MigrationCatalog _catalog;
    private readonly TimeProvider _time;

    /// <param name="database">The database to migrate; its user needs CREATE on it.</param>
    /// <param name="logger">Told of each migration.</param>
    public PostgresMigrator(NpgsqlDataSource database, ILogger logger)
        : this(database, logger, MigrationCatalog.BuiltIn)
    {
    }

    internal PostgresMigrator(NpgsqlDataSource database, ILogger logger, MigrationCatalog catalog, TimeProvider? time = null)
    {
        _database = database;
        _logger = logger;
        _catalog = catalog;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>What <see cref="ApplyAsync"/> would apply; changes nothing.</summary>
    /// <param name="sets">Names from <see cref="MigrationSets"/>; null means the state only.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="ConfigurationException">A set does not exist, or the database is newer than this program.</exception>
    /// <exception cref="DriftException">An applied migration is not the one this program has.</exception>
    public async Task<IReadOnlyList<Migration>> PlanAsync(IReadOnlyList<string>? sets = null, CancellationToken cancellationToken = default)
    {
        var connection = await _database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        var pending = new List<Migration>();
        foreach (var set in sets ?? [MigrationSets.State])
            pending.AddRange((await PendingAsync(connection, set, cancellationToken).ConfigureAwait(false)).Select(script => Describe(script)));

        return pending;
    }

    /// <summary>Applies what is pending; waits while another process does.</summary>
    /// <param name="sets">Names from <see cref="MigrationSets"/>, applied in this order; null means the state only.</param>
    /// <param name="cancellationToken">Ends the wait, or rolls the current migration back.</param>
    /// <returns>What was applied; empty when there was nothing to do.</returns>
    /// <exception cref="ConfigurationException">As for <see cref="PlanAsync"/>, or the user may not create what is needed.</exception>
    /// <exception cref="DriftException">As for <see cref="PlanAsync"/>, or a statement failed; its migration was rolled back.</exception>
    public async Task<IReadOnlyList<Migration>> ApplyAsync(IReadOnlyList<string>? sets = null, CancellationToken cancellationToken = default)
    {
        sets ??= [MigrationSets.State];
        var connection = await _database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({LockKey})", cancellationToken).ConfigureAwait(false);
        try
        {
            return await ApplyUnderLockAsync(connection, sets, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // A broken connection has lost the lock already.
            if (connection.State == ConnectionState.Open)
                await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({LockKey})", CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Refuses a database with pending migrations.</summary>
    /// <param name="sets">As for <see cref="PlanAsync"/>.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="ConfigurationException">Migrations are pending; the remedy is the command that applies them.</exception>
    public async Task EnsureCurrentAsync(IReadOnlyList<string>? sets = null, CancellationToken cancellationToken = default)
    {
        var pending = await PlanAsync(sets, cancellationToken).ConfigureAwait(false);
        if (pending.Count == 0)
            return;

        var options = string.Concat(pending.Select(m => m.Set).Distinct().Where(set => set != MigrationSets.State).Select(set => $" --with {set}"));
        throw new ConfigurationException(
            [.. pending.Select(m => $"Database {DatabaseName()} lacks migration {m.File}.")],
            $"Run: etl migrate{options}");
    }

    private async Task<IReadOnlyList<Migration>> ApplyUnderLockAsync(NpgsqlConnection connection, IReadOnlyList<string> sets, CancellationToken cancellationToken)
    {
        await GuardAsync("Table etl.migration", () => MigrationJournal.EnsureAsync(connection, cancellationToken)).ConfigureAwait(false);
        var applied = new List<Migration>();
        foreach (var set in sets)
        {
            var pending = await PendingAsync(connection, set, cancellationToken).ConfigureAwait(false);
            foreach (var script in _catalog.Scripts(set).Where(script => script.IsRepeatable || pending.Contains(script)))
            {
                var duration = await RunAsync(connection, script, pending.Contains(script), cancellationToken).ConfigureAwait(false);
                if (pending.Contains(script))
                    applied.Add(Describe(script) with { Duration = duration });
            }
        }

        if (applied.Count == 0)
            _logger.MigrationsCurrent(connection.Database, string.Join(", ", sets));
        return applied;
    }

    private async Task<TimeSpan> RunAsync(NpgsqlConnection connection, MigrationScript script, bool isPending, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        void OnNotice(object sender, NpgsqlNoticeEventArgs notice)
        {
            // Only what a script itself says; "already exists, skipping" is not news.
            if (notice.Notice.SqlState == "00000")
                _logger.MigrationNotice(script.File, notice.Notice.MessageText);
        }

        connection.Notice += OnNotice;
        try
        {
            await GuardAsync($"Migration {script.File}", async () =>
            {
                var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
                await using var ending = transaction.ConfigureAwait(false);
                await ExecuteAsync(connection, script.Sql, cancellationToken).ConfigureAwait(false);
                if (isPending)
                    await MigrationJournal.RecordAsync(connection, script, ToolVersion.Current, _time.GetElapsedTime(started), cancellationToken).ConfigureAwait(false);
                FaultPoint.Reach("before-migration-commit");
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                FaultPoint.Reach("after-migration-commit");
            }).ConfigureAwait(false);
        }
        finally
        {
            connection.Notice -= OnNotice;
        }

        var duration = _time.GetElapsedTime(started);
        if (isPending)
            _logger.MigrationApplied(script.File, (long)duration.TotalMilliseconds);
        return duration;
    }

    private async Task<IReadOnlyList<MigrationScript>> PendingAsync(NpgsqlConnection connection, string set, CancellationToken cancellationToken)
    {
        var scripts = _catalog.Scripts(set);
        var journal = await MigrationJournal.ReadAsync(connection, set, cancellationToken).ConfigureAwait(false);
        return MigrationPlan.Pending(set, scripts, journal, connection.Database!);
    }

    private async Task GuardAsync(string what, Func<Task> action)
    {
        try
        {
            await action().ConfigureAwait(false);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new ConfigurationException(
                $"{what} could not be applied to database {DatabaseName()}: {error.MessageText} (SQLSTATE {error.SqlState}).",
                $"Let the owner run: GRANT CREATE ON DATABASE \"{DatabaseName()}\" TO the user of POSTGRES_USER; or run etl migrate as the owner.",
                error);
        }
        catch (PostgresException error) when (error.SqlState[..2] is "42" or "2B" or "0A")
        {
            throw new DriftException(
                $"{what} could not be applied to database {DatabaseName()} and was rolled back: {error.MessageText} (SQLSTATE {error.SqlState}).",
                "Rename or remove what stands in its way, then run etl migrate again.",
                error);
        }
    }

    private string? DatabaseName() => new NpgsqlConnectionStringBuilder(_database.ConnectionString).Database;

    private static Migration Describe(MigrationScript script) => new(script.Set, script.Version, script.Name, script.File);

    /// <summary>Without a time limit: waiting for the lock and building an index take as long as they take.</summary>
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
