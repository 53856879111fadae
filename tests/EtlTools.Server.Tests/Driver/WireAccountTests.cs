using System.Data.Common;
using EtlTools.Core.Snowflake;
using EtlTools.Server.Tests.World;

namespace EtlTools.Server.Tests.Driver;

/// <summary>Several accounts of one endpoint, each with its databases and users, through the genuine driver.</summary>
[Collection(EndpointCollection.Name)]
public sealed class WireAccountTests(EndpointServer server)
{
    [WireFact]
    public async Task Accounts_share_nothing_and_databases_of_one_are_all_reached()
    {
        ServerAccount[] accounts =
        [
            new("north", await server.CreateDatabaseAsync("north"), [new ServerUser { Name = "ann", Password = "of the north" }, new ServerUser { Name = "bob", Password = "bob's" }]),
            new("south", await server.CreateDatabaseAsync("south"), [new ServerUser { Name = "ann", Password = "of the south" }]),
        ];
        await using var endpoint = await server.StartAsync(accounts[0].Postgres, o => o with { Accounts = accounts });
        foreach (var (account, password) in new[] { ("north", "of the north"), ("south", "of the south") })
        {
            await using var connection = await OpenAsync(endpoint, account, "ann", password);
            foreach (var database in new[] { "ONE", "TWO" })
            {
                await connection.RunAsync($"CREATE DATABASE {database}");
                await connection.RunAsync($"CREATE TABLE {database}.PUBLIC.T AS SELECT '{account} {database}' AS WHO");
            }
        }

        await using (var ann = await OpenAsync(endpoint, "south", "ann", "of the south", "TWO"))
        {
            Assert.Equal(["south TWO|SOUTH"], await ann.RowsAsync("SELECT WHO, CURRENT_ACCOUNT() FROM T"));
            ann.ChangeDatabase("ONE");
            Assert.Equal(["south ONE"], await ann.RowsAsync("SELECT WHO FROM PUBLIC.T"));
            Assert.Equal(["south TWO"], await ann.RowsAsync("SELECT WHO FROM TWO.PUBLIC.T"));
        }

        await using (var bob = await OpenAsync(endpoint, "NORTH.eu-central-1", "bob", "bob's", "ONE")) Assert.Equal(["north ONE|BOB"], await bob.RowsAsync("SELECT WHO, CURRENT_USER() FROM T"));
        await Assert.ThrowsAnyAsync<DbException>(() => OpenAsync(endpoint, "south", "bob", "bob's"));
        await Assert.ThrowsAnyAsync<DbException>(() => OpenAsync(endpoint, "south", "ann", "of the north"));
        await Assert.ThrowsAnyAsync<DbException>(() => OpenAsync(endpoint, "west", "ann", "of the north"));
    }

    private static async Task<DbConnection> OpenAsync(WarehouseEndpoint endpoint, string account, string user, string password, string? database = null)
    {
        var connection = SnowflakeDriver.Load(SnowflakeDriverFolder.Path).Factory.CreateConnection()!;
        var parts = new DbConnectionStringBuilder
        {
            ["account"] = account, ["user"] = user, ["password"] = password, ["scheme"] = "http", ["host"] = "127.0.0.1", ["port"] = endpoint.Address.Port, ["poolingEnabled"] = "false", ["disableRetry"] = "true",
        };
        if (database is not null) (parts["db"], parts["schema"]) = (database, "PUBLIC");
        connection.ConnectionString = parts.ConnectionString;
        await connection.OpenAsync();
        return connection;
    }
}
