using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Snowflake;
using EtlTools.Server.Tests.World;
using Microsoft.Extensions.Logging.Abstractions;

namespace EtlTools.Server.Tests.Driver;

/// <summary>Every way to sign in that needs no browser, through the product's own connector and the genuine driver.</summary>
[Collection(EndpointCollection.Name)]
public sealed class WireSignInTests(EndpointServer server) : IDisposable
{
    private readonly string _key = Path.Combine(Path.GetTempPath(), $"wire-key-{Guid.NewGuid():N}.p8");

    [WireTheory]
    [InlineData(SnowflakeAuthenticator.Password)]
    [InlineData(SnowflakeAuthenticator.OAuth)]
    [InlineData(SnowflakeAuthenticator.ProgrammaticAccessToken)]
    [InlineData(SnowflakeAuthenticator.KeyPair)]
    public async Task It_opens_a_session_of_its_user(SnowflakeAuthenticator authenticator)
    {
        await File.WriteAllTextAsync(_key, server.Key.ExportPkcs8PrivateKeyPem());
        await using var connector = Connector(Settings(authenticator));
        await using var connection = await connector.OpenAsync("test", CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT CURRENT_USER() || ' ' || CURRENT_DATABASE()";
        Assert.Equal("TESTER WIRE", await command.ExecuteScalarAsync());
    }

    [WireTheory]
    [InlineData(SnowflakeAuthenticator.Password)]
    [InlineData(SnowflakeAuthenticator.OAuth)]
    [InlineData(SnowflakeAuthenticator.ProgrammaticAccessToken)]
    [InlineData(SnowflakeAuthenticator.KeyPair)]
    public async Task What_is_wrong_is_refused_without_showing_it(SnowflakeAuthenticator authenticator)
    {
        using var other = System.Security.Cryptography.RSA.Create(2048);
        await File.WriteAllTextAsync(_key, other.ExportPkcs8PrivateKeyPem());
        var settings = Settings(authenticator);
        await using var connector = Connector(settings with { Password = settings.Password is null ? null : "wrong-secret", Token = settings.Token is null ? null : "wrong-secret" });

        var error = await Assert.ThrowsAnyAsync<EtlException>(() => connector.OpenAsync("test", CancellationToken.None));

        Assert.False(SnowflakeErrors.IsTransient(error));
        Assert.DoesNotContain("wrong-secret", error.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_key);

    private static SnowflakeConnector Connector(SnowflakeSettings settings) => new(settings, null, NullLogger<SnowflakeConnector>.Instance);

    private SnowflakeSettings Settings(SnowflakeAuthenticator authenticator)
    {
        var settings = new SnowflakeSettings
        {
            Account = EndpointServer.Account,
            Host = server.Endpoint.Address.ToString().TrimEnd('/'),
            Authenticator = authenticator,
            User = EndpointServer.User,
            Database = "WIRE",
            DriverFolder = SnowflakeDriverFolder.Path,
        };
        return authenticator switch
        {
            SnowflakeAuthenticator.Password => settings with { Password = EndpointServer.Password },
            SnowflakeAuthenticator.OAuth => settings with { Token = EndpointServer.OAuthToken },
            SnowflakeAuthenticator.ProgrammaticAccessToken => settings with { Token = EndpointServer.AccessToken },
            _ => settings with { PrivateKeyFile = _key },
        };
    }
}
