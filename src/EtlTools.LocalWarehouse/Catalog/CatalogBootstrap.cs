using EtlTools.LocalWarehouse.Errors;
using Npgsql;

namespace EtlTools.LocalWarehouse.Catalog;

/// <summary>Creates the catalog once per PostgreSQL database; safe when several sessions start together.</summary>
internal static class CatalogBootstrap
{
    internal const string Schema = "snowflake_catalog";

    // What each version added to the one before it.
    private static readonly string[][] Versions =
    [
        ["01_tables", "02_text_and_numbers", "03_time", "04_variant", "05_letter_case"],
        ["06_stages"],
        ["07_common_times"],
    ];

    private const long LockKey = 0x5F0A_11CA_7A10_6001;

    internal static async Task EnsureAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var installed = await InstalledVersionAsync(connection, cancellationToken).ConfigureAwait(false) ?? 0;
        if (installed < Versions.Length) await InstallAsync(connection, cancellationToken).ConfigureAwait(false);
        else if (installed > Versions.Length)
            throw WarehouseErrors.Unsupported($"catalog version {installed}: this program knows version {Versions.Length}; use a newer one, or a new PostgreSQL database");
    }

    private static async Task<int?> InstalledVersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var exists = new NpgsqlCommand(
            // Not to_regclass: it may answer from a cache older than the lock a starting session has just waited for.
            $"SELECT EXISTS (SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = '{Schema}' AND c.relname = 'sf_version')", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true) return null;
        using var version = new NpgsqlCommand($"SELECT version FROM {Schema}.sf_version", connection);
        return (int?)await version.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task InstallAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await RunAsync(connection, $"SELECT pg_advisory_xact_lock({LockKey})", cancellationToken).ConfigureAwait(false);
        var installed = await InstalledVersionAsync(connection, cancellationToken).ConfigureAwait(false) ?? 0;
        if (installed < Versions.Length)
        {
            if (installed == 0) await RunAsync(connection, $"CREATE SCHEMA {Schema}", cancellationToken).ConfigureAwait(false);
            await RunAsync(connection, $"SET LOCAL search_path = {Schema}, pg_catalog; SET LOCAL check_function_bodies = off", cancellationToken).ConfigureAwait(false);
            foreach (var script in Versions.Skip(installed).SelectMany(scripts => scripts))
                await RunAsync(connection, Script(script), cancellationToken).ConfigureAwait(false);
            await RunAsync(connection, $"DELETE FROM sf_version; INSERT INTO sf_version VALUES ({Versions.Length})", cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static string Script(string name)
    {
        using var stream = typeof(CatalogBootstrap).Assembly.GetManifestResourceStream(name + ".sql")
            ?? throw new InvalidOperationException($"The script {name}.sql is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
