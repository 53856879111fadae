using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace EtlTools.Sandbox.Endpoint;

/// <summary>
/// A background process that serves the local warehouse to Snowflake's drivers on 127.0.0.1, found again by its name. Its files are
/// in a private folder of the user's; it is reached and stopped by HTTP, with a word only those files hold.
/// </summary>
public sealed class SandboxEndpoint
{
    /// <summary>The name when none is given.</summary>
    public const string DefaultName = "default";

    private const string Account = "sandbox";
    private const string User = "etl";
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(30);
    private readonly EndpointFolder _folder;
    private readonly TimeProvider _time;
    private readonly string _name;

    /// <param name="name">Which one, when a user has several.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="SandboxException">The name is none.</exception>
    public SandboxEndpoint(string name, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > 40 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new SandboxException($"'{name}' cannot be the name of a sandbox.", "Use up to 40 letters, digits, - and _.");
        _name = name;
        _folder = EndpointFolder.Of(name);
        _time = time;
    }

    /// <summary>Starts it in the background and waits until it serves.</summary>
    /// <param name="options">What is not as usual.</param>
    /// <param name="cancellationToken">Gives up, and ends what was started.</param>
    /// <exception cref="SandboxException">It runs already, or did not come up.</exception>
    public async Task<EndpointStatus> StartAsync(EndpointOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (await StatusAsync(cancellationToken).ConfigureAwait(false) is { IsRunning: true } running)
            throw new SandboxException($"The sandbox '{_name}' runs already on {running.Address}.", $"Use it, stop it with 'etl sandbox stop --name {_name}', or give another --name.");
        _folder.Delete();
        _folder.Create();
        var password = RandomNumberGenerator.GetHexString(24, lowercase: true);
        var settings = new EndpointSettings
        {
            Port = options.Port,
            Accounts = [new EndpointAccount(Account, options.Postgres, [new EndpointUser { Name = User, Password = password }])],
            Data = options.Data,
            Certificate = options.Certificate,
            Stages = options.Data is null ? _folder.Stages : Path.Combine(options.Data, "stages"),
            Databases = ["SANDBOX"],
            Target = true,
            ReadyFile = _folder.Ready,
            ControlToken = RandomNumberGenerator.GetHexString(64, lowercase: true),
        };
        await EndpointFolder.WriteAsync(_folder.Settings, settings.ToJson(), cancellationToken).ConfigureAwait(false);
        using var process = EndpointProcess.Start(_folder);
        EndpointReady ready;
        try
        {
            ready = await process.ReadyAsync(StartTime, _time, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            process.Kill();
            throw;
        }

        await EndpointFolder.WriteAsync(_folder.EnvironmentFile, EndpointEnvironment.Text(ready, Account, User, password), cancellationToken).ConfigureAwait(false);
        return new EndpointStatus(true, ready.Address, ready.Postgres, _folder.EnvironmentFile, _folder.Log);
    }

    /// <summary>Whether it runs, and where.</summary>
    public async Task<EndpointStatus> StatusAsync(CancellationToken cancellationToken)
    {
        if (await ReadyAsync(cancellationToken).ConfigureAwait(false) is not { } ready) return EndpointStatus.Stopped;
        using var answer = await AskAsync(HttpMethod.Get, ready, "status", cancellationToken).ConfigureAwait(false);
        return answer is { IsSuccessStatusCode: true } ? new EndpointStatus(true, ready.Address, ready.Postgres, _folder.EnvironmentFile, _folder.Log) : EndpointStatus.Stopped;
    }

    /// <summary>Ends it and removes its files, except a data folder of the user's. False when it did not run.</summary>
    /// <exception cref="SandboxException">It did not end.</exception>
    public async Task<bool> StopAsync(CancellationToken cancellationToken)
    {
        var ran = false;
        if (await ReadyAsync(cancellationToken).ConfigureAwait(false) is { } ready)
        {
            using var answer = await AskAsync(HttpMethod.Post, ready, "stop", cancellationToken).ConfigureAwait(false);
            ran = answer is { IsSuccessStatusCode: true };
            for (var started = _time.GetTimestamp(); ran && File.Exists(_folder.Ready);)
            {
                if (_time.GetElapsedTime(started) > StopTime) throw new SandboxException($"The sandbox '{_name}' on {ready.Address} did not end.", $"See {_folder.Log}.");
                await Task.Delay(TimeSpan.FromMilliseconds(100), _time, cancellationToken).ConfigureAwait(false);
            }
        }

        _folder.Delete();
        return ran;
    }

    private async Task<EndpointReady?> ReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            return JsonSerializer.Deserialize<EndpointReady>(await File.ReadAllTextAsync(_folder.Ready, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception gone) when (gone is IOException or JsonException)
        {
            return null;
        }
    }

    private async Task<HttpResponseMessage?> AskAsync(HttpMethod method, EndpointReady ready, string what, CancellationToken cancellationToken)
    {
        var settings = await EndpointSettings.ReadAsync(_folder.Settings, cancellationToken).ConfigureAwait(false);
        using var handler = new SocketsHttpHandler { UseProxy = false };
        // Its own certificate and no other, whether or not this machine trusts it.
        if (ready.CertificateHash is { } hash) handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString(HashAlgorithmName.SHA256) == hash;
        using var http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(10) };
        using var request = new HttpRequestMessage(method, $"{ready.Address}/control/{what}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.ControlToken);
        try
        {
            return await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException)
        {
            // Nobody listens any more: the process was killed.
            return null;
        }
    }
}

/// <summary>Whether an endpoint runs.</summary>
/// <param name="IsRunning">Whether it does.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Postgres">Which PostgreSQL is below.</param>
/// <param name="EnvironmentFile">The settings for using it.</param>
/// <param name="Log">What it had to say.</param>
public sealed record EndpointStatus(bool IsRunning, string? Address, string? Postgres, string? EnvironmentFile, string? Log)
{
    /// <summary>It does not.</summary>
    public static readonly EndpointStatus Stopped = new(false, null, null, null, null);
}

/// <summary>How a background endpoint is started.</summary>
public sealed record EndpointOptions
{
    /// <summary>Port; 0 for a free one.</summary>
    public int Port { get; init; }

    /// <summary>Folder that keeps the databases and staged files; null to throw them away at the end.</summary>
    public string? Data { get; init; }

    /// <summary>Npgsql connection string of a PostgreSQL of the user's for the warehouse; null for an own server.</summary>
    public string? Postgres { get; init; }

    /// <summary>PEM file with certificate and key for https; null for http.</summary>
    public string? Certificate { get; init; }
}
