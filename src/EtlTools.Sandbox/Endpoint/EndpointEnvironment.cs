using System.Text;

namespace EtlTools.Sandbox.Endpoint;

/// <summary>The <c>.env</c> file with which every command uses an endpoint as if it were Snowflake.</summary>
internal static class EndpointEnvironment
{
    internal static string Text(EndpointReady ready, string account, string user, string password)
    {
        var text = new StringBuilder();
        text.Append("# A local Snowflake endpoint, made by 'etl sandbox start'. The driver has to be installed: 'etl check' says how.\n");
        text.Append("SNOWFLAKE_ACCOUNT=").Append(account).Append('\n');
        text.Append("SNOWFLAKE_HOST=").Append(ready.Address).Append('\n');
        // Who issues certificates for a machine's own use publishes no list of those revoked.
        if (ready.CertificateHash is not null) text.Append("SNOWFLAKE_CERT_REVOCATION=disabled\n");
        text.Append("SNOWFLAKE_AUTHENTICATOR=snowflake\n");
        text.Append("SNOWFLAKE_USER=").Append(user).Append('\n');
        text.Append("SNOWFLAKE_PASSWORD=").Append(password).Append('\n');
        text.Append("SNOWFLAKE_ROLE=SYSADMIN\n");
        text.Append("SNOWFLAKE_WAREHOUSE=LOCAL\n");
        text.Append("SNOWFLAKE_DATABASE=SANDBOX\n");
        text.Append("SNOWFLAKE_SCHEMA=PUBLIC\n");
        if (ready.Target is { } target) text.Append("POSTGRES_CONNECTION_STRING='").Append(target).Append("'\n");
        text.Append("ETL_ENVIRONMENT=sandbox\n");
        return text.ToString();
    }
}
