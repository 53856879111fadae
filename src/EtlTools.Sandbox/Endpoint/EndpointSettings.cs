using System.Text.Json;
using System.Text.Json.Serialization;

namespace EtlTools.Sandbox.Endpoint;

/// <summary>What an endpoint process is started with. It holds passwords, so it comes in a private file and not on the command line.</summary>
public sealed record EndpointSettings
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
    };

    /// <summary>Port on 127.0.0.1; 0 for a free one.</summary>
    public int Port { get; init; }

    /// <summary>The accounts.</summary>
    public required IReadOnlyList<EndpointAccount> Accounts { get; init; }

    /// <summary>Folder of staged files; null for the local warehouse's own.</summary>
    public string? Stages { get; init; }

    /// <summary>Folder that keeps PostgreSQL's data; null throws them away. Not used with a PostgreSQL of the user's.</summary>
    public string? Data { get; init; }

    /// <summary>Warehouse databases that are there from the start, as in SQL.</summary>
    public IReadOnlyList<string> Databases { get; init; } = [];

    /// <summary>Whether a PostgreSQL database <c>target</c> is made beside the warehouse's, to sync to.</summary>
    public bool Target { get; init; }

    /// <summary>PEM file with certificate and key for https.</summary>
    public string? Certificate { get; init; }

    /// <summary>A file that gets an <see cref="EndpointReady"/> once the endpoint serves, and goes when it stops.</summary>
    public string? ReadyFile { get; init; }

    /// <summary>The word with which <c>POST /control/stop</c> ends the process; null when only signals do.</summary>
    public string? ControlToken { get; init; }

    /// <summary>Whether <c>POST /faults</c> may make the endpoint misbehave; for tests.</summary>
    public bool Faults { get; init; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="SandboxException">It is not such a file.</exception>
    public static async Task<EndpointSettings> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var file = File.OpenRead(path);
            await using var closing = file.ConfigureAwait(false);
            return await JsonSerializer.DeserializeAsync<EndpointSettings>(file, Format, cancellationToken).ConfigureAwait(false) ?? throw new JsonException("the file is empty");
        }
        catch (Exception problem) when (problem is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new SandboxException($"The endpoint's settings in {path} cannot be read: {problem.Message}", "Correct the file, or let 'etl sandbox start' write one.", problem);
        }
    }

    /// <summary>The content of a file.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Format);
}

/// <summary>An account; without a PostgreSQL it gets a database on the process's own.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Postgres">Npgsql connection string; null for a database on the process's own server.</param>
/// <param name="Users">Who may sign in.</param>
public sealed record EndpointAccount(string Name, string? Postgres, IReadOnlyList<EndpointUser> Users);

/// <summary>A user; what is null cannot be used to sign in.</summary>
public sealed record EndpointUser
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>Password.</summary>
    public string? Password { get; init; }

    /// <summary>OAuth token.</summary>
    [JsonPropertyName("oauth_token")]
    public string? OAuthToken { get; init; }

    /// <summary>Programmatic access token.</summary>
    public string? AccessToken { get; init; }

    /// <summary>PEM file with the RSA public key for key-pair sign-in.</summary>
    public string? PublicKeyFile { get; init; }
}

/// <summary>What an endpoint that serves tells those who started it.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="Postgres">Which PostgreSQL is below.</param>
/// <param name="Target">Connection string of the target database; null without one.</param>
/// <param name="CertificateHash">SHA-256 of its certificate, hexadecimal; null without one.</param>
public sealed record EndpointReady(string Address, string Postgres, string? Target, string? CertificateHash = null);
