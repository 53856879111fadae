using EtlTools.Sandbox;

namespace EtlTools.IntegrationTests.Sync.World;

/// <summary>One throw-away PostgreSQL for all tests of a collection; each test makes databases of its own on it.</summary>
public class SyncServer : IAsyncLifetime
{
    private int _number;

    public SandboxPostgres Sandbox { get; private set; } = null!;

    /// <summary>What kind of server the collection's tests need.</summary>
    protected virtual SandboxOptions Options => new() { ServerDsn = Environment.GetEnvironmentVariable("ETL_SANDBOX_POSTGRES") };

    public async Task InitializeAsync() => Sandbox = await SandboxPostgres.StartAsync(Options);

    public Task DisposeAsync() => Sandbox.DisposeAsync().AsTask();

    public Task<string> CreateDatabaseAsync(string purpose) => Sandbox.CreateDatabaseAsync($"{purpose}_{Interlocked.Increment(ref _number)}");
}

[CollectionDefinition(Name)]
public sealed class SyncCollection : ICollectionFixture<SyncServer>
{
    public const string Name = "sync on a shared server";
}
