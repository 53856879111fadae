using EtlTools.Core.Config;
using EtlTools.Server;

namespace EtlTools.IntegrationTests.Sync.World;

/// <summary>How the core reaches the warehouse in a test.</summary>
public enum WarehouseConnection
{
    /// <summary>The local warehouse's own provider, in this process.</summary>
    InProcess,

    /// <summary>The genuine Snowflake.Data, over an endpoint on 127.0.0.1.</summary>
    Wire,
}

/// <summary>The way from the core to a warehouse; the tests themselves work on the warehouse from inside.</summary>
public sealed class WarehouseRoute : IAsyncDisposable
{
    /// <summary><c>wire</c> lets all sync tests of a run go over the wire; needs <c>ETL_SNOWFLAKE_DRIVER</c>, the driver's folder.</summary>
    public const string Variable = "ETL_TEST_SNOWFLAKE";

    private const string Account = "world";
    private const string Password = "of the world";

    private WarehouseRoute(SnowflakeSettings settings, string postgres, string? stages, WarehouseEndpoint? endpoint) =>
        (Settings, Postgres, Stages, Endpoint) = (settings, postgres, stages, endpoint);

    /// <summary>What the run was asked for.</summary>
    public static WarehouseConnection Configured => Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" or "in-process" => WarehouseConnection.InProcess,
        "wire" => WarehouseConnection.Wire,
        var other => throw new InvalidOperationException($"{Variable} is '{other}'; it must be 'in-process' or 'wire'."),
    };

    /// <summary>How the core signs in.</summary>
    public SnowflakeSettings Settings { get; }

    /// <summary>The PostgreSQL database under the warehouse.</summary>
    public string Postgres { get; }

    /// <summary>The folder of the warehouse's stages.</summary>
    public string? Stages { get; }

    /// <summary>The endpoint in between; null in process.</summary>
    public WarehouseEndpoint? Endpoint { get; }

    /// <param name="local">The warehouse, as one in the same process is reached.</param>
    /// <param name="connection">How to reach it.</param>
    public static async Task<WarehouseRoute> OpenAsync(SnowflakeSettings local, WarehouseConnection connection)
    {
        var (postgres, stages) = (local.LocalPostgres!, local.LocalStages);
        if (connection == WarehouseConnection.InProcess) return new WarehouseRoute(local, postgres, stages, null);
        var user = new ServerUser { Name = local.User!, Password = Password };
        var endpoint = await WarehouseEndpoint.StartAsync(new ServerOptions
        {
            Accounts = [new ServerAccount(Account, postgres, [user])],
            Stages = stages,
            AllowFaults = true,
            // Tests kill clients and do not wait for minutes; but the driver's own retries are up to two seconds apart.
            AbandonedAfter = TimeSpan.FromSeconds(4),
        });
        var wire = local with
        {
            Account = Account,
            Host = endpoint.Address.ToString().TrimEnd('/'),
            Password = Password,
            Warehouse = "WH",
            LocalPostgres = null,
            LocalStages = null,
            DriverFolder = Environment.GetEnvironmentVariable("ETL_SNOWFLAKE_DRIVER"),
        };
        return new WarehouseRoute(wire, postgres, stages, endpoint);
    }

    public ValueTask DisposeAsync() => Endpoint?.DisposeAsync() ?? ValueTask.CompletedTask;
}
