namespace EtlTools.Sandbox;

/// <summary>Where a sandbox comes from and how it behaves. The defaults fit tests and the demo.</summary>
public sealed record SandboxOptions
{
    /// <summary>
    /// A server on which databases may be created (the front end reads <c>ETL_SANDBOX_POSTGRES</c>): an Npgsql connection string or a
    /// <c>postgres://</c> URI. When set it is the only way tried; null means installed binaries, then Docker.
    /// </summary>
    public string? ServerDsn { get; init; }

    /// <summary>Folders searched for <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>, in order; null means PATH and the usual places of this system.</summary>
    public IReadOnlyList<string>? SearchFolders { get; init; }

    /// <summary>Whether Docker may be used when no binaries are found.</summary>
    public bool AllowDocker { get; init; } = true;

    /// <summary>Image for the Docker way.</summary>
    public string DockerImage { get; init; } = "postgres:17";

    /// <summary>Folder in which the sandbox makes its own; null means the system's temporary folder.</summary>
    public string? TempFolder { get; init; }

    /// <summary>
    /// Folder in which an own server keeps its data from one start to the next; null for a new one that is removed at the end. Whoever
    /// runs two servers on it gets PostgreSQL's error.
    /// </summary>
    public string? DataFolder { get; init; }

    /// <summary>
    /// Whether a commit survives <see cref="SandboxStopMode.Immediate"/> and a killed server (not a power failure). Off, the last
    /// fraction of a second of commits may be lost in a crash, which is faster.
    /// </summary>
    public bool Durable { get; init; }

    /// <summary>Whether disposing leaves the server running; <see cref="SandboxPostgres.StopCommand"/> says how to stop it.</summary>
    public bool Keep { get; init; }

    /// <summary>Further server settings, name and value, such as <c>log_statement</c> and <c>all</c>; not for a borrowed server.</summary>
    public IReadOnlyDictionary<string, string> ServerSettings { get; init; } = new Dictionary<string, string>();

    /// <summary>How long the server may take to accept connections.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}

/// <summary>How a server is stopped.</summary>
public enum SandboxStopMode
{
    /// <summary>Sessions are ended, open transactions rolled back, a checkpoint written.</summary>
    Fast,

    /// <summary>As in a crash: nothing is written, the next start recovers from the log.</summary>
    Immediate,
}
