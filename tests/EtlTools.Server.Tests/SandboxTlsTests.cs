using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using EtlTools.Server.Tests.Driver;
using EtlTools.Server.Tests.World;

namespace EtlTools.Server.Tests;

/// <summary><c>etl sandbox start --certificate</c>: https with a certificate of the user's own issuer.</summary>
public sealed class SandboxTlsTests : IAsyncLifetime
{
    private readonly string _name = "tls-" + Guid.NewGuid().ToString("N")[..12];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sandbox-tls-");

    private string Issuer => Path.Combine(_folder.FullName, "issuer.pem");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await EtlProgram.RunAsync(_folder.FullName, null, "sandbox", "stop", "--name", _name);
        _folder.Delete(true);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task Who_trusts_the_issuer_connects_by_the_certificates_name_and_nobody_else(string host)
    {
        var started = await StartAsync(host);
        var address = new Uri(started.GetProperty("address").GetString()!);
        Assert.Equal(("https", host), (address.Scheme, address.Host));
        var environment = await File.ReadAllLinesAsync(started.GetProperty("env_file").GetString()!);
        Assert.Equal(address.ToString().TrimEnd('/'), EtlProgram.Setting(environment, "SNOWFLAKE_HOST"));
        using var untrusting = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        await Assert.ThrowsAsync<HttpRequestException>(() => untrusting.GetAsync(address));
        using var trusting = new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = { CertificateChainPolicy = Trusting() } });
        Assert.Equal(HttpStatusCode.NotFound, (await trusting.GetAsync(address)).StatusCode);
        var status = await EtlProgram.RunAsync(_folder.FullName, null, "sandbox", "status", "--name", _name, "--json");
        Assert.True(JsonDocument.Parse(status.Output).RootElement.GetProperty("running").GetBoolean(), status.Output);

        var stopped = await EtlProgram.RunAsync(_folder.FullName, null, "sandbox", "stop", "--name", _name, "--json");
        Assert.True(JsonDocument.Parse(stopped.Output).RootElement.GetProperty("stopped").GetBoolean(), stopped.Output);
    }

    [TrustFact]
    public async Task The_genuine_driver_connects_when_the_system_trusts_the_issuer_and_says_why_when_not()
    {
        var started = await StartAsync("localhost");
        var config = Path.Combine(_folder.FullName, "etl.yaml");
        await File.WriteAllTextAsync(config, "tables:\n- { name: t, source: public.t, target: SANDBOX.PUBLIC.T, pk: id, watermark_column: updated_at }\n");
        string[] check = ["check", "--config", config, "--env-file", started.GetProperty("env_file").GetString()!];

        var trusted = await EtlProgram.RunAsync(_folder.FullName, new Dictionary<string, string?> { ["SSL_CERT_FILE"] = Issuer, ["ETL_SNOWFLAKE_DRIVER"] = SnowflakeDriverFolder.Path }, check);
        Assert.Contains("Snowflake.Data", trusted.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("signing in failed", trusted.Output, StringComparison.Ordinal);

        var untrusted = await EtlProgram.RunAsync(
            _folder.FullName, new Dictionary<string, string?> { ["ETL_SNOWFLAKE_DRIVER"] = SnowflakeDriverFolder.Path, ["SNOWFLAKE_CONNECT_TIMEOUT"] = "5s" }, check);
        Assert.NotEqual(0, untrusted.ExitCode);
        Assert.Contains("certificate", untrusted.Output + untrusted.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_file_that_is_no_certificate_is_named()
    {
        var file = Path.Combine(_folder.FullName, "nothing.pem");
        await File.WriteAllTextAsync(file, "nothing");
        var started = await EtlProgram.RunAsync(_folder.FullName, null, "sandbox", "start", "--name", _name, "--certificate", file);
        Assert.Equal(1, started.ExitCode);
        Assert.Contains("nothing.pem", started.Output + started.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", started.Output + started.Error, StringComparison.Ordinal);
    }

    private async Task<JsonElement> StartAsync(string host)
    {
        var pem = Path.Combine(_folder.FullName, "server.pem");
        await File.WriteAllTextAsync(pem, MakeCertificate(host));
        var started = await EtlProgram.RunAsync(_folder.FullName, null, "sandbox", "start", "--name", _name, "--certificate", pem, "--json");
        Assert.True(started.ExitCode == 0, started.Output + started.Error);
        return JsonDocument.Parse(started.Output).RootElement;
    }

    private X509ChainPolicy Trusting()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(Issuer));
        return policy;
    }

    /// <summary>A certificate for one host with its key, and its issuer's certificate in a file.</summary>
    private string MakeCertificate(string host)
    {
        using var issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var issuer = new CertificateRequest("CN=Test issuer", issuerKey, HashAlgorithmName.SHA256);
        issuer.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        issuer.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var root = issuer.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        File.WriteAllText(Issuer, root.ExportCertificatePem());

        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=Local Snowflake", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var ip)) names.AddIpAddress(ip);
        else names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var certificate = request.Create(
            root.SubjectName, X509SignatureGenerator.CreateForECDsa(issuerKey), DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1), [1, 2, 3, 4]);
        return certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";
    }
}

/// <summary>A test that needs the genuine driver, on a system where a variable adds to the trusted issuers.</summary>
internal sealed class TrustFactAttribute : FactAttribute
{
    public TrustFactAttribute() => Skip = SnowflakeDriverFolder.WhyNot ?? (OperatingSystem.IsLinux() ? null : "SSL_CERT_FILE is for Linux");
}
