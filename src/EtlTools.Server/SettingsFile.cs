using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EtlTools.Server;

/// <summary>The settings a process is started with. They hold passwords, so they come in a private file and not on the command line.</summary>
internal sealed record SettingsFile
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true, RespectRequiredConstructorParameters = true,
    };

    public int Port { get; init; }

    public required IReadOnlyList<AccountSettings> Accounts { get; init; }

    /// <summary>Folder of staged files; null for one that is thrown away when PostgreSQL is.</summary>
    public string? Stages { get; init; }

    /// <summary>Folder that keeps PostgreSQL's data; null throws them away. Not used with a PostgreSQL of the user's.</summary>
    public string? Data { get; init; }

    /// <summary>PEM file with certificate and key for https.</summary>
    public string? Certificate { get; init; }

    /// <summary>A file that gets the address once the endpoint serves.</summary>
    public string? ReadyFile { get; init; }

    public bool Faults { get; init; }

    internal static async Task<SettingsFile> ReadAsync(string path)
    {
        try
        {
            var file = File.OpenRead(path);
            await using var closing = file.ConfigureAwait(false);
            return await JsonSerializer.DeserializeAsync<SettingsFile>(file, Format).ConfigureAwait(false) ?? throw new ArgumentException($"{path} is empty.");
        }
        catch (JsonException problem)
        {
            throw new ArgumentException($"{path}: {problem.Message}", problem);
        }
    }

    internal ServerOptions ToOptions(IReadOnlyList<ServerAccount> accounts) => new()
    {
        Accounts = accounts,
        Port = Port,
        Stages = Stages,
        AllowFaults = Faults,
        Certificate = Certificate is null ? null : X509Certificate2.CreateFromPemFile(Certificate),
    };
}

/// <summary>An account; without a PostgreSQL it gets a database on the process's own.</summary>
internal sealed record AccountSettings(string Name, string? Postgres, IReadOnlyList<UserSettings> Users);

/// <summary>A user and how he may sign in.</summary>
internal sealed record UserSettings
{
    public required string Name { get; init; }

    public string? Password { get; init; }

    public string? OAuthToken { get; init; }

    public string? AccessToken { get; init; }

    /// <summary>PEM file with the RSA public key.</summary>
    public string? PublicKeyFile { get; init; }

    internal ServerUser ToUser() => new()
    {
        Name = Name, Password = Password, OAuthToken = OAuthToken, AccessToken = AccessToken,
        PublicKey = PublicKeyFile is null ? null : File.ReadAllText(PublicKeyFile),
    };
}
