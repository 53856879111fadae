using EtlTools.Sandbox;
using Npgsql;
using Xunit;

namespace EtlTools.Core.Tests.State;

/// <summary>One server for the tests of this assembly; each test takes a database of its own.</summary>
public sealed class StateDatabase : IAsyncLifetime
{
    private SandboxPostgres _sandbox = null!;
    private int _databases;

    public async Task InitializeAsync() =>
        _sandbox = await SandboxPostgres.StartAsync(new SandboxOptions { ServerDsn = Environment.GetEnvironmentVariable("ETL_SANDBOX_POSTGRES") });

    public async Task DisposeAsync() => await _sandbox.DisposeAsync();

    public async Task<NpgsqlDataSource> NewAsync() => NpgsqlDataSource.Create(await NewConnectionStringAsync());

    public Task<string> NewConnectionStringAsync() => _sandbox.CreateDatabaseAsync($"t{Interlocked.Increment(ref _databases)}");
}

[CollectionDefinition(Name)]
public sealed class StateDatabaseGroup : ICollectionFixture<StateDatabase>
{
    public const string Name = "state database";
}

internal static class DataSourceQueries
{
    public static async Task<object?> ScalarAsync(this NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    public static async Task<List<string>> ListAsync(this NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), System.Globalization.CultureInfo.InvariantCulture))));
        return rows;
    }
}
