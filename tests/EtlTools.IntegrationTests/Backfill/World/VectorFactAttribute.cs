using System.ComponentModel;
using System.Diagnostics;
using EtlTools.Sandbox;
using Npgsql;

namespace EtlTools.IntegrationTests.Backfill.World;

/// <summary>A test on a server that has pgvector; skipped where it has not.</summary>
public sealed class VectorFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> s_missing = new(Missing);

    public VectorFactAttribute() => Skip = s_missing.Value;

    private static string? Missing()
    {
        try
        {
            return Environment.GetEnvironmentVariable("ETL_SANDBOX_POSTGRES") is { Length: > 0 } server ? MissingOn(server) : MissingHere();
        }
        catch (Exception failure) when (failure is NpgsqlException or Win32Exception or ArgumentException)
        {
            return $"Whether the server has pgvector cannot be found out: {failure.Message}";
        }
    }

    private static string? MissingOn(string server)
    {
        using var connection = new NpgsqlConnection(server);
        connection.Open();
        using var command = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector')", connection);
        return command.ExecuteScalar() is true ? null : "The server of ETL_SANDBOX_POSTGRES has no pgvector.";
    }

    // The sandbox's own server is not running yet: what its binaries say of themselves.
    private static string? MissingHere()
    {
        if (SandboxPostgres.FindBinaries() is not { } folder) return "There are no PostgreSQL binaries here; the sandbox's container has no pgvector.";
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(folder, "pg_config"), "--sharedir") { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var share = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return File.Exists(Path.Combine(share, "extension", "vector.control")) ? null : $"PostgreSQL in {folder} has no pgvector; ETL_SANDBOX_POSTGRES may name a server that has.";
    }
}
