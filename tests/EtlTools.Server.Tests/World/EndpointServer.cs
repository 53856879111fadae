using System.Security.Cryptography;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.Server.Tests.World;

/// <summary>One PostgreSQL for all tests of the collection, and an endpoint over a database of its own on it.</summary>
public sealed class EndpointServer : SyncServer, IAsyncLifetime
{
    public const string Account = "acme";
    public const string User = "tester";
    public const string Password = "correct horse";
    public const string OAuthToken = "an-oauth-token";
    public const string AccessToken = "an-access-token";

    /// <summary>The key that <see cref="User"/> has registered.</summary>
    public RSA Key { get; } = RSA.Create(2048);

    public DirectoryInfo Stages { get; } = Directory.CreateTempSubdirectory("wire-stages-");

    public WarehouseEndpoint Endpoint { get; private set; } = null!;

    public new async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Endpoint = await StartAsync(await CreateDatabaseAsync("endpoint"));
        using var client = new WireClient(Endpoint.Address);
        await client.LoginAsync();
        await client.QueryAsync("CREATE DATABASE WIRE");
    }

    public new async Task DisposeAsync()
    {
        await Endpoint.DisposeAsync();
        Stages.Delete(true);
        Key.Dispose();
        await base.DisposeAsync();
    }

    /// <summary>Starts another endpoint with the same users.</summary>
    public Task<WarehouseEndpoint> StartAsync(string postgres, Func<ServerOptions, ServerOptions>? change = null)
    {
        var user = new ServerUser { Name = User, Password = Password, OAuthToken = OAuthToken, AccessToken = AccessToken, PublicKey = Key.ExportSubjectPublicKeyInfoPem() };
        var options = new ServerOptions { Accounts = [new ServerAccount(Account, postgres, [user])], Stages = Stages.FullName, AllowFaults = true };
        return WarehouseEndpoint.StartAsync(change?.Invoke(options) ?? options);
    }
}

[CollectionDefinition(Name)]
public sealed class EndpointCollection : ICollectionFixture<EndpointServer>
{
    public const string Name = "endpoint";
}
