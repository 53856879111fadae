using EtlTools.Core.Postgres;
using Npgsql;

namespace EtlTools.Core.State;

/// <summary>
/// A session whose life stands for its owner's: its locks go with it, the server ends it when it is silent for longer than the lease
/// timeout, and its name is unlike any other owner's, so that what is left of it after a broken connection can be found and ended.
/// </summary>
internal static class LeaseSession
{
    /// <summary>Opens one, outside the pool.</summary>
    /// <param name="postgres">Where.</param>
    /// <param name="name">Its application_name: at most 63 bytes.</param>
    /// <param name="cancellationToken">Gives up opening.</param>
    public static async Task<NpgsqlConnection> OpenAsync(PostgresConnector postgres, string name, CancellationToken cancellationToken)
    {
        var connection = await postgres.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await GuardAsync(connection, name, (long)postgres.LeaseTimeout.TotalMilliseconds, cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends earlier sessions of the same name, so that an unanswered COMMIT of theirs is decided.</summary>
    /// <returns>How many there were.</returns>
    public static async Task<long> EndOthersAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT count(pg_terminate_backend(pid, 2000)) FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()", connection)
        {
            Parameters = { new NpgsqlParameter { Value = name } },
        };
        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    private static async Task GuardAsync(NpgsqlConnection connection, string name, long milliseconds, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            SELECT set_config('application_name', $1, false),
                   set_config('idle_in_transaction_session_timeout', '{milliseconds}', false),
                   set_config('idle_session_timeout', '{milliseconds}', false),
                   set_config('client_connection_check_interval', CASE WHEN version() ~ 'linux|darwin|bsd' THEN '1s' ELSE '0' END, false)
            """, connection)
        {
            Parameters = { new NpgsqlParameter { Value = name } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
