using System.Security.Cryptography.X509Certificates;

namespace EtlTools.Server;

/// <summary>How the endpoint serves. It listens on 127.0.0.1 only.</summary>
public sealed record ServerOptions
{
    /// <summary>The accounts, by the name a driver gives, in any letter case.</summary>
    public required IReadOnlyList<ServerAccount> Accounts { get; init; }

    /// <summary>Port; 0 for a free one.</summary>
    public int Port { get; init; }

    /// <summary>Folder of staged files; null for the local warehouse's own.</summary>
    public string? Stages { get; init; }

    /// <summary>Folder in which results wait for their reader; null for one among the temporary files, removed at the end.</summary>
    public string? Spool { get; init; }

    /// <summary>Certificate with its key for https; null for http.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>How long a session token is good for before it has to be renewed.</summary>
    public TimeSpan SessionTokenLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a session lives without a request; its master token renews session tokens until then.</summary>
    public TimeSpan MasterTokenLifetime { get; init; } = TimeSpan.FromHours(4);

    /// <summary>How long after its last connection was closed a session with an open transaction ends, and that is undone: its client may have died.</summary>
    public TimeSpan AbandonedAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long an answer is waited for before the driver is told to ask again.</summary>
    public TimeSpan LongPoll { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Whether <c>POST /faults</c> may make the endpoint misbehave; for tests.</summary>
    public bool AllowFaults { get; init; }

    /// <summary>Who may end the process over HTTP; null for nobody.</summary>
    public ServerControl? Control { get; init; }

    /// <summary>Bytes a request's body may have.</summary>
    public long MaxRequestBytes { get; init; } = 64L << 20;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>How <c>/control</c> is reached and what stopping does.</summary>
/// <param name="Token">The word to be given as a bearer token.</param>
/// <param name="Stop">Ends the process.</param>
public sealed record ServerControl(string Token, Action Stop);

/// <summary>An account: one local warehouse and those who may sign in.</summary>
/// <param name="Name">The account's name.</param>
/// <param name="Postgres">Npgsql connection string of the PostgreSQL database under it.</param>
/// <param name="Users">Its users.</param>
public sealed record ServerAccount(string Name, string Postgres, IReadOnlyList<ServerUser> Users);

/// <summary>A user; what is null cannot be used to sign in.</summary>
public sealed record ServerUser
{
    /// <summary>The name, in any letter case.</summary>
    public required string Name { get; init; }

    /// <summary>Password, for authenticator <c>snowflake</c>.</summary>
    public string? Password { get; init; }

    /// <summary>Token, for authenticator <c>oauth</c>.</summary>
    public string? OAuthToken { get; init; }

    /// <summary>Token, for authenticator <c>programmatic_access_token</c>.</summary>
    public string? AccessToken { get; init; }

    /// <summary>RSA public key in PEM, for authenticator <c>snowflake_jwt</c>.</summary>
    public string? PublicKey { get; init; }
}
