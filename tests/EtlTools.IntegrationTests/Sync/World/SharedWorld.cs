namespace EtlTools.IntegrationTests.Sync.World;

/// <summary>One world for all tests of a class, which use tables and pipelines of their own in it.</summary>
public sealed class SharedWorld(SyncServer server) : IAsyncLifetime
{
    public SyncWorld World { get; private set; } = null!;

    public async Task InitializeAsync() => World = await SyncWorld.CreateAsync(server);

    public Task DisposeAsync() => World.DisposeAsync().AsTask();
}
