using EtlTools.IntegrationTests.Sync.World;
using EtlTools.Server.Tests.World;

namespace EtlTools.Server.Tests.Driver;

/// <summary>A world in which the core reaches the warehouse through the genuine driver and the endpoint; the tests themselves work on it from inside.</summary>
public sealed class WireWorld(EndpointServer server) : IAsyncLifetime
{
    public SyncWorld World { get; private set; } = null!;

    public WarehouseEndpoint Endpoint => World.Endpoint!;

    public async Task InitializeAsync()
    {
        if (SnowflakeDriverFolder.Path is not null) World = await SyncWorld.CreateAsync(server, connection: WarehouseConnection.Wire);
    }

    public async Task DisposeAsync()
    {
        if (World is not null) await World.DisposeAsync();
    }
}
