using EtlTools.Sandbox;

namespace EtlTools.IntegrationTests.Sync.World;

/// <summary>One throw-away PostgreSQL for all tests of a collection; each test makes databases of its own on it.</summary>
public sealed class SyncServer : IAsyncLifetime
{
    private int _number;

    public SandboxPostgres Sandbox { get; private set; } = null!;

    public async Task InitializeAsync() => Sandbox = await SandboxPostgres.StartAsync(
        new SandboxOptions { ServerDsn = Environment.GetEnvironmentVariable("ETL_SANDBOX_POSTGRES") });

    public Task DisposeAsync() => Sandbox.DisposeAsync().AsTask();

    public Task<string> CreateDatabaseAsync(string purpose) => Sandbox.CreateDatabaseAsync($"{purpose}_{Interlocked.Increment(ref _number)}");
}

[CollectionDefinition(Name)]
public sealed class SyncCollection : ICollectionFixture<SyncServer>
{
    public const string Name = "sync on a shared server";
}
