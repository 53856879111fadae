using System.Text.Json;
using EtlTools.Server.Tests.World;
using Npgsql;

namespace EtlTools.Server.Tests;

/// <summary><c>etl sandbox</c> as a user runs it.</summary>
public sealed class SandboxCommandTests : IAsyncLifetime
{
    private readonly string _name = "test-" + Guid.NewGuid().ToString("N")[..12];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sandbox-data-");

    public Task InitializeAsync()
    {
        // Under root, PostgreSQL runs as another account, which has to enter the folder.
        if (!OperatingSystem.IsWindows()) _folder.UnixFileMode |= UnixFileMode.OtherExecute | UnixFileMode.GroupExecute;
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await EtlAsync("stop");
        _folder.Delete(true);
    }

    [Fact]
    public async Task It_starts_in_the_background_serves_keeps_its_data_and_stops()
    {
        var data = Path.Combine(_folder.FullName, "data");
        var started = await EtlAsync("start", "--data", data);
        Assert.True(started.GetProperty("running").GetBoolean());
        var environment = await File.ReadAllLinesAsync(started.GetProperty("env_file").GetString()!);
        await UseAsync(environment, async client =>
        {
            Assert.Equal(["SANDBOX|PUBLIC"], await client.RowsAsync("SELECT CURRENT_DATABASE(), CURRENT_SCHEMA()"));
            await client.QueryAsync("CREATE TABLE KEPT AS SELECT 7 AS A");
        });
        await using (var target = new NpgsqlConnection(Setting(environment, "POSTGRES_CONNECTION_STRING").Trim('\''))) await target.OpenAsync();
        Assert.Equal(started.GetProperty("address").GetString(), (await EtlAsync("status")).GetProperty("address").GetString());
        Assert.Equal("ETL-SANDBOX", (await EtlAsync("start")).GetProperty("error").GetProperty("code").GetString());

        Assert.True((await EtlAsync("stop")).GetProperty("stopped").GetBoolean());
        Assert.False((await EtlAsync("status")).GetProperty("running").GetBoolean());

        var again = await EtlAsync("start", "--data", data);
        await UseAsync(await File.ReadAllLinesAsync(again.GetProperty("env_file").GetString()!), async client => Assert.Equal(["7"], await client.RowsAsync("SELECT A FROM KEPT")));
    }

    private static async Task UseAsync(string[] environment, Func<WireClient, Task> use)
    {
        using var client = new WireClient(new Uri(Setting(environment, "SNOWFLAKE_HOST")));
        var answer = await client.LoginAsync(
            new { ACCOUNT_NAME = Setting(environment, "SNOWFLAKE_ACCOUNT"), LOGIN_NAME = Setting(environment, "SNOWFLAKE_USER"), PASSWORD = Setting(environment, "SNOWFLAKE_PASSWORD") },
            "databaseName=SANDBOX&schemaName=PUBLIC");
        Assert.True(answer.Success, answer.ToString());
        await use(client);
    }

    private static string Setting(string[] environment, string name) => EtlProgram.Setting(environment, name);

    private async Task<JsonElement> EtlAsync(string verb, params string[] arguments) =>
        JsonDocument.Parse((await EtlProgram.RunAsync(_folder.FullName, null, ["sandbox", verb, "--name", _name, "--json", .. arguments])).Output).RootElement;
}
