using Npgsql;
using static EtlTools.Core.Config.SettingsCatalog;

namespace EtlTools.Core.Config;

/// <summary>Reads the PostgreSQL settings: one connection string, or single settings, never both.</summary>
internal static class PostgresSettingsReader
{
    private static readonly Setting[] s_single =
        [PostgresHost, PostgresPort, PostgresDatabase, PostgresUser, PostgresPassword, PostgresSslMode, PostgresSslRootCertificate];

    /// <summary>Null when no <c>POSTGRES_*</c> setting is present, or when what is present is reported as a problem.</summary>
    public static PostgresSettings? Read(SettingsReader reader)
    {
        var normal = new PostgresSettings { ConnectionString = "" };
        var commandTimeout = reader.Get(PostgresCommandTimeout, normal.CommandTimeout);
        var leaseTimeout = reader.Get(PostgresLeaseTimeout, normal.LeaseTimeout);
        if (leaseTimeout < TimeSpan.FromSeconds(1))
            reader.Problems.Add("POSTGRES_LEASE_TIMEOUT is shorter than 1s.");

        var builder = ReadConnection(reader);
        if (builder is null)
            return null;
        if (reader.Credentials.Postgres is { } credential)
            (builder.Username, builder.Password) = (credential.Name, credential.Secret);
        if (builder.RootCertificate is { Length: > 0 } certificate && !File.Exists(certificate))
            reader.Problems.Add($"POSTGRES_SSLROOTCERT: there is no file '{certificate}'.");
        if (builder.ShouldSerialize("Command Timeout") && reader.Find(PostgresCommandTimeout.Name) is null)
            commandTimeout = TimeSpan.FromSeconds(builder.CommandTimeout);
        builder.CommandTimeout = (int)Math.Ceiling(commandTimeout.TotalSeconds);
        return new PostgresSettings
        {
            ConnectionString = PostgresConnection.Complete(builder),
            CommandTimeout = commandTimeout,
            LeaseTimeout = leaseTimeout,
        };
    }

    /// <summary>Another PostgreSQL database, named by one connection string; null when it is not set or is reported as a problem.</summary>
    public static string? ReadSecond(SettingsReader reader, Setting<string> setting)
    {
        var before = reader.Problems.Count;
        var builder = reader.Get(setting) is { } text ? PostgresConnection.Parse(text, setting.Name, reader.Problems) : null;
        return builder is null || reader.Problems.Count > before ? null : PostgresConnection.Complete(builder);
    }

    private static NpgsqlConnectionStringBuilder? ReadConnection(SettingsReader reader)
    {
        var single = s_single.Where(s => reader.Find(s.Name) is not null).Select(s => s.Name).ToList();
        if (reader.Get(PostgresConnectionString) is { } text)
        {
            if (single.Count > 0)
                reader.Problems.Add($"POSTGRES_CONNECTION_STRING and {string.Join(", ", single)} are both set; keep the one or the others.");
            return PostgresConnection.Parse(text, PostgresConnectionString.Name, reader.Problems);
        }

        return single.Count == 0 ? null : Build(reader, single[0]);
    }

    private static NpgsqlConnectionStringBuilder Build(SettingsReader reader, string firstSet)
    {
        var builder = new NpgsqlConnectionStringBuilder { Port = reader.Get(PostgresPort, NpgsqlConnection.DefaultPort) };
        builder.Host = Required(reader, PostgresHost, firstSet);
        builder.Database = Required(reader, PostgresDatabase, firstSet);
        builder.Username = reader.Credentials.Postgres?.Name ?? Required(reader, PostgresUser, firstSet);
        if (reader.Get(PostgresPassword) is { } password)
            builder.Password = password;
        if (reader.TryGet(PostgresSslMode, out var mode))
            builder.SslMode = mode;
        if (reader.GetPath(PostgresSslRootCertificate) is { } certificate)
            builder.RootCertificate = certificate;
        return builder;
    }

    private static string? Required(SettingsReader reader, Setting<string> setting, string firstSet)
    {
        var value = reader.Get(setting);
        if (value is null)
            reader.Problems.Add($"{setting.Name} is missing, although {firstSet} is set.");
        return value;
    }
}
