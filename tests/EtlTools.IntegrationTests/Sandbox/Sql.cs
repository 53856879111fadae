using System.Diagnostics;
using Npgsql;

namespace EtlTools.IntegrationTests.Sandbox;

/// <summary>One statement on a connection of its own.</summary>
internal static class Sql
{
    public static async Task<object?> ScalarAsync(string dsn, string sql)
    {
        await using var connection = new NpgsqlConnection(dsn + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public static Task ExecuteAsync(string dsn, string sql) => ScalarAsync(dsn, sql);

    public static async Task ShellAsync(string command)
    {
        var shellName = OperatingSystem.IsWindows() ? "pwsh" : "/bin/sh";
        using var shell = Process.Start(new ProcessStartInfo(shellName, ["-c", command]) { RedirectStandardOutput = true })!;
        await shell.WaitForExitAsync();
        Assert.Equal(0, shell.ExitCode);
    }
}
