namespace EtlTools.Core.Config;

/// <summary>Names and secrets that a user hands over directly instead of by settings. <see cref="ToString"/> leaves the secrets out.</summary>
public sealed record SettingsCredentials
{
    /// <summary>For Snowflake; the secret is the password, token or key passphrase that <c>SNOWFLAKE_AUTHENTICATOR</c> asks for.</summary>
    public NameAndSecret? Snowflake { get; init; }

    /// <summary>For PostgreSQL.</summary>
    public NameAndSecret? Postgres { get; init; }

    /// <summary>Which are there.</summary>
    public override string ToString() => $"Snowflake: {Snowflake?.Name ?? "none"}; PostgreSQL: {Postgres?.Name ?? "none"}";
}

/// <summary>A user's name and what proves it. <see cref="ToString"/> leaves the secret out.</summary>
public sealed record NameAndSecret(string Name, string Secret)
{
    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
