using static EtlTools.Core.Config.SettingsCatalog;

namespace EtlTools.Core.Config;

/// <summary>Reads the Snowflake settings and checks that they fit together.</summary>
internal static class SnowflakeSettingsReader
{
    /// <summary>Null when no <c>SNOWFLAKE_*</c> setting is present, or when what is present is reported as a problem.</summary>
    public static SnowflakeSettings? Read(SettingsReader reader)
    {
        var account = reader.Get(SnowflakeAccount);
        if (account is null)
        {
            var others = All.Where(s => s.Name.StartsWith("SNOWFLAKE_", StringComparison.Ordinal) && reader.Find(s.Name) is not null).ToList();
            if (others.Count > 0)
                reader.Problems.Add($"SNOWFLAKE_ACCOUNT is missing, although {others[0].Name} is set.");
            return null;
        }

        var normal = new SnowflakeSettings { Account = account };
        var before = reader.Problems.Count;
        var settings = normal with
        {
            Authenticator = reader.Get(SettingsCatalog.SnowflakeAuthenticator, normal.Authenticator),
            User = reader.Get(SnowflakeUser),
            Password = reader.Get(SnowflakePassword),
            Token = ReadToken(reader),
            PrivateKeyFile = reader.GetPath(SnowflakePrivateKeyFile),
            PrivateKeyPassphrase = reader.Get(SnowflakePrivateKeyPassphrase),
            Host = reader.Get(SnowflakeHost),
            Role = reader.Get(SnowflakeRole),
            Warehouse = reader.Get(SnowflakeWarehouse),
            Database = reader.Get(SnowflakeDatabase),
            Schema = reader.Get(SnowflakeSchema),
            LocalPostgres = PostgresSettingsReader.ReadSecond(reader, SnowflakeLocalPostgres),
            LocalStages = reader.Get(SnowflakeLocalStages) is { } stages ? reader.InFolder(stages) : null,
            DriverFolder = reader.GetPath(SnowflakeDriver),
            Revocation = reader.Get(SnowflakeRevocation, normal.Revocation),
            ConnectTimeout = reader.Get(SnowflakeConnectTimeout, normal.ConnectTimeout),
            CommandTimeout = reader.Get(SnowflakeCommandTimeout, normal.CommandTimeout),
        };
        if (reader.Credentials.Snowflake is { } credential) settings = WithCredential(settings, credential);
        if (settings.ConnectTimeout < TimeSpan.FromSeconds(1))
            reader.Problems.Add("SNOWFLAKE_CONNECT_TIMEOUT is shorter than 1s.");
        if (settings.Host is { } host && !SnowflakeHostName.TryParse(host, out _))
            reader.Problems.Add("SNOWFLAKE_HOST: not a host name with an optional http:// or https:// before it and an optional port after it.");

        // The rules would only repeat a word or token that could not be read.
        if (reader.Problems.Count == before)
            reader.Problems.AddRange(SnowflakeSignInRules.Problems(settings));
        return settings;
    }

    private static SnowflakeSettings WithCredential(SnowflakeSettings settings, NameAndSecret credential) => settings.Authenticator switch
    {
        Config.SnowflakeAuthenticator.Password => settings with { User = credential.Name, Password = credential.Secret },
        Config.SnowflakeAuthenticator.OAuth or Config.SnowflakeAuthenticator.ProgrammaticAccessToken =>
            settings with { User = credential.Name, Token = credential.Secret },
        Config.SnowflakeAuthenticator.KeyPair => settings with { User = credential.Name, PrivateKeyPassphrase = credential.Secret },
        _ => settings with { User = credential.Name },
    };

    private static string? ReadToken(SettingsReader reader)
    {
        var token = reader.Get(SnowflakeToken);
        if (reader.GetPath(SnowflakeTokenFile) is not { } file)
            return token;
        if (token is not null)
        {
            reader.Problems.Add("SNOWFLAKE_TOKEN and SNOWFLAKE_TOKEN_FILE are both set; keep one.");
            return token;
        }

        try
        {
            token = File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            reader.Problems.Add(File.Exists(file)
                ? $"SNOWFLAKE_TOKEN_FILE: '{file}' cannot be read by this user."
                : $"SNOWFLAKE_TOKEN_FILE: there is no file '{file}'.");
            return null;
        }

        if (token.Length > 0)
            return token;
        reader.Problems.Add($"SNOWFLAKE_TOKEN_FILE: '{file}' is empty.");
        return null;
    }
}
