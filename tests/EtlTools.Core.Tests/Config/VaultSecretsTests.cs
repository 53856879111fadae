using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using Npgsql;
using Xunit;

namespace EtlTools.Core.Tests.Config;

public sealed class VaultSecretsTests
{
    private static readonly Dictionary<string, string> s_postgres = new()
    {
        ["POSTGRES_HOST"] = "db", ["POSTGRES_DATABASE"] = "d", ["POSTGRES_USER"] = "u", ["POSTGRES_PASSWORD"] = "vault:Etl-Postgres",
    };

    [Fact]
    public void A_secret_named_in_a_vault_is_taken_from_what_the_vault_gave()
    {
        var loaded = SettingsLoader.Load(s_postgres, vault: new Dictionary<string, VaultAnswer> { ["Etl-Postgres"] = new("from the vault", null) });

        Assert.Equal("from the vault", new NpgsqlConnectionStringBuilder(loaded.Settings.Postgres!.ConnectionString).Password);
        Assert.Equal("***", loaded.Values.Single(value => value.Setting.Name == "POSTGRES_PASSWORD").Text);
    }

    [Fact]
    public void Without_a_vault_the_setting_and_the_ways_out_are_named()
    {
        var problem = Assert.Single(Assert.Throws<ConfigurationException>(() => SettingsLoader.Load(s_postgres)).Problems);

        Assert.Equal(
            "POSTGRES_PASSWORD (environment): vault:Etl-Postgres can be read by the PowerShell module only, which asks SecretManagement for it. Run the cmdlet, or put the secret itself into the environment or a .env file (chmod 600).",
            problem);
    }

    [Theory]
    [InlineData(null, "was not given by Get-Secret: locked", "vault:Etl-Postgres was not given by Get-Secret: locked")]
    [InlineData("", null, "vault:Etl-Postgres is empty. Store the secret anew with Set-Secret.")]
    public void What_the_vault_says_is_passed_on(string? secret, string? said, string message)
    {
        var vault = new Dictionary<string, VaultAnswer> { ["Etl-Postgres"] = new(secret, said) };

        Assert.Equal("POSTGRES_PASSWORD (environment): " + message, Assert.Single(Assert.Throws<ConfigurationException>(() => SettingsLoader.Load(s_postgres, vault: vault)).Problems));
    }

    [Fact]
    public void A_whole_connection_string_may_be_in_a_vault()
    {
        var variables = new Dictionary<string, string> { ["POSTGRES_CONNECTION_STRING"] = "vault:c" };

        var loaded = SettingsLoader.Load(variables, vault: new Dictionary<string, VaultAnswer> { ["c"] = new("Host=h;Database=d;Username=u;Password=p", null) });

        Assert.Equal("h", new NpgsqlConnectionStringBuilder(loaded.Settings.Postgres!.ConnectionString).Host);
    }

    [Fact]
    public void Only_secrets_are_looked_up_and_each_name_once()
    {
        using var folder = new TemporaryFolder();
        folder.Write(".env", "SNOWFLAKE_PASSWORD=vault:shared\nSNOWFLAKE_TOKEN='vault: other '\nETL_CONFIG=vault:not-a-secret\n");

        Assert.Equal(["Etl-Postgres", "other", "shared"], VaultSecrets.NamesIn(s_postgres, null, folder.Path).Order(StringComparer.Ordinal));
        Assert.Empty(VaultSecrets.NamesIn(new Dictionary<string, string>(), folder.Path + "/none", null));
    }

    [Fact]
    public void An_answer_does_not_show_its_secret() => Assert.DoesNotContain("topsecret", new VaultAnswer("topsecret", null).ToString(), StringComparison.Ordinal);
}
