using EtlTools.Core.Config;
using EtlTools.IntegrationTests.Sync.World;
using EtlTools.Server.Tests.World;

namespace EtlTools.Server.Tests.Driver;

/// <summary>A world in which the core reaches the warehouse through the genuine driver and the endpoint; the tests themselves work on it from inside.</summary>
public sealed class WireWorld(EndpointServer server) : IAsyncLifetime
{
    private WarehouseEndpoint? _endpoint;

    public SyncWorld World { get; private set; } = null!;

    public WarehouseEndpoint Endpoint => _endpoint!;

    public async Task InitializeAsync()
    {
        if (SnowflakeDriverFolder.Path is null) return;
        World = await SyncWorld.CreateAsync(server, connect: ConnectAsync);
    }

    public async Task DisposeAsync()
    {
        if (_endpoint is null) return;
        await World.DisposeAsync();
        await _endpoint.DisposeAsync();
    }

    private async Task<SnowflakeSettings> ConnectAsync(string postgres)
    {
        _endpoint = await server.StartAsync(postgres);
        return new SnowflakeSettings
        {
            Account = EndpointServer.Account,
            Host = _endpoint.Address.ToString().TrimEnd('/'),
            User = EndpointServer.User,
            Password = EndpointServer.Password,
            Database = "SRC",
            Schema = "PUBLIC",
            Warehouse = "WH",
            DriverFolder = SnowflakeDriverFolder.Path,
        };
    }
}
