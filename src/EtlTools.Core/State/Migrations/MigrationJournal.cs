using Npgsql;

namespace EtlTools.Core.State.Migrations;

/// <summary>Table <c>etl.migration</c>: which scripts a database has had.</summary>
internal static class MigrationJournal
{
    private const string CreateSql =
        """
        CREATE SCHEMA IF NOT EXISTS etl;
        CREATE TABLE IF NOT EXISTS etl.migration (
            set_name     text NOT NULL,
            version      text NOT NULL,
            name         text NOT NULL,
            checksum     text NOT NULL,
            applied_at   timestamptz NOT NULL DEFAULT now(),
            applied_by   text NOT NULL DEFAULT current_user,
            tool_version text NOT NULL,
            duration_ms  bigint NOT NULL,
            PRIMARY KEY (set_name, version)
        );
        COMMENT ON TABLE etl.migration IS 'Applied migrations with the SHA-256 of their text; written by etl migrate only.';
        """;

    private const string RecordSql =
        """
        INSERT INTO etl.migration (set_name, version, name, checksum, tool_version, duration_ms)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (set_name, version) DO UPDATE
        SET checksum = excluded.checksum, applied_at = now(), applied_by = current_user, tool_version = excluded.tool_version, duration_ms = excluded.duration_ms
        """;

    /// <summary>Makes the journal where it is missing; asks for no rights where it is not.</summary>
    public static async Task EnsureAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await ExistsAsync(connection, cancellationToken).ConfigureAwait(false))
            return;

        using var command = new NpgsqlCommand(CreateSql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Entries of one set by version; empty when there is no journal yet.</summary>
    public static async Task<IReadOnlyDictionary<string, JournalEntry>> ReadAsync(NpgsqlConnection connection, string set, CancellationToken cancellationToken)
    {
        var entries = new Dictionary<string, JournalEntry>(StringComparer.Ordinal);
        if (!await ExistsAsync(connection, cancellationToken).ConfigureAwait(false))
            return entries;

        using var command = new NpgsqlCommand("SELECT version, name, checksum, tool_version FROM etl.migration WHERE set_name = $1", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = set });
        using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            entries.Add(reader.GetString(0), new JournalEntry(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3)));

        return entries;
    }

    public static async Task RecordAsync(NpgsqlConnection connection, MigrationScript script, string toolVersion, TimeSpan duration, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(RecordSql, connection);
        foreach (var value in (string[])[script.Set, script.Version, script.Name, script.Checksum, toolVersion])
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = value });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = (long)duration.TotalMilliseconds });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<bool> ExistsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand("SELECT to_regclass('etl.migration') IS NOT NULL", connection);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }
}

/// <summary>One applied script.</summary>
internal sealed record JournalEntry(string Version, string Name, string Checksum, string ToolVersion);
