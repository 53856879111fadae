using Xunit;

namespace EtlTools.LocalWarehouse.Tests;

/// <summary>A test with a session in a schema of its own.</summary>
[Collection("postgres")]
public abstract class WarehouseTest(PostgresServer server) : IAsyncLifetime
{
    private readonly string _schema = "S_" + Guid.NewGuid().ToString("N").ToUpperInvariant();

    protected PostgresServer Server => server;

    protected LocalWarehouseConnection Connection { get; private set; } = null!;

    public virtual async Task InitializeAsync()
    {
        Connection = await OpenAsync();
        await RunAsync("CREATE DATABASE IF NOT EXISTS TESTS");
        await RunAsync("USE DATABASE TESTS");
        await RunAsync($"CREATE SCHEMA {_schema}");
        await RunAsync("ALTER SESSION SET TIMEZONE = 'UTC'");
    }

    /// <summary>A folder of this test alone.</summary>
    protected DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("warehouse-test-");

    protected string Url(string name) => "'file://" + Path.Combine(Folder.FullName, name).Replace('\\', '/') + "'";

    /// <summary>Stages the text as a file of the given name, as it is.</summary>
    protected async Task PutAsync(string stage, string name, string text)
    {
        await File.WriteAllTextAsync(Path.Combine(Folder.FullName, name), text);
        await RunAsync($"PUT {Url(name)} {stage} AUTO_COMPRESS=FALSE OVERWRITE=TRUE");
    }

    public async Task DisposeAsync()
    {
        Folder.Delete(true);
        await Connection.DisposeAsync();
        await using var cleaner = await OpenAsync();
        await RunAsync(cleaner, $"DROP SCHEMA TESTS.{_schema}");
    }

    protected async Task<LocalWarehouseConnection> OpenAsync()
    {
        var connection = new LocalWarehouseConnection(server.ConnectionString($"db=TESTS;schema={_schema}"));
        await connection.OpenAsync();
        return connection;
    }

    protected Task<int> RunAsync(string sql, params object?[] values) => RunAsync(Connection, sql, values);

    protected static async Task<int> RunAsync(LocalWarehouseConnection connection, string sql, params object?[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>All rows, cells joined by | with NULL for NULL.</summary>
    protected async Task<string[]> RowsAsync(string sql, params object?[] values)
    {
        await using var command = Command(Connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "NULL" : reader.GetString(i))));
        return [.. rows];
    }

    protected async Task<string> OneAsync(string sql, params object?[] values) => Assert.Single(await RowsAsync(sql, values));

    protected async Task<LocalWarehouseException> FailsAsync(string sql, int code, params object?[] values)
    {
        var error = await Assert.ThrowsAsync<LocalWarehouseException>(() => RowsAsync(sql, values));
        Assert.True(code == error.ErrorCode, $"{sql}: expected {code}, got {error.Message}");
        Assert.True(Guid.TryParse(error.QueryId, out _));
        return error;
    }

    protected static LocalWarehouseCommand Command(LocalWarehouseConnection connection, string sql, object?[] values)
    {
        var command = new LocalWarehouseCommand(sql, connection);
        for (var i = 0; i < values.Length; i++)
            command.Parameters.Add(new LocalWarehouseParameter { ParameterName = (i + 1).ToString(System.Globalization.CultureInfo.InvariantCulture), Value = values[i] });
        return command;
    }
}
