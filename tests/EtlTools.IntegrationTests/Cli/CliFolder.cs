namespace EtlTools.IntegrationTests.Cli;

/// <summary>A folder with a YAML file, and the environment of a command that uses it.</summary>
internal sealed class CliFolder : IDisposable
{
    public const string Secret = "pl4nted-S3cret!";

    private const string TwoTables =
        """
        direction: snowflake_to_postgres
        tables:
          - { name: orders, source: MEDICAL.PUBLIC.ORDERS, target: public.orders, pk: id, watermark_column: UPDATED_AT }
          - { name: extracts, source: MEDICAL.PUBLIC.EXTRACTS, target: public.extracts, pk: id, watermark_column: UPDATED_AT }
        """;

    private readonly string _path = Directory.CreateTempSubdirectory("etl-cli-test-").FullName;

    public CliFolder(string yaml = TwoTables) => File.WriteAllText(Configuration, yaml);

    public string Configuration => Path.Combine(_path, "etl.yaml");

    /// <summary>Both systems named, neither to be reached; passwords are <see cref="Secret"/>.</summary>
    public Dictionary<string, string> Variables => new()
    {
        ["SNOWFLAKE_ACCOUNT"] = "local",
        ["SNOWFLAKE_LOCAL_POSTGRES"] = $"Host=127.0.0.1;Port=1;Username=u;Password={Secret};Database=d",
        ["POSTGRES_CONNECTION_STRING"] = $"Host=127.0.0.1;Port=1;Username=u;Password={Secret};Database=d",
        ["ETL_RETRY_ATTEMPTS"] = "0",
        ["ETL_LOG_DIR"] = Path.Combine(_path, "logs"),
    };

    public string Logs()
    {
        var folder = Path.Combine(_path, "logs");
        return Directory.Exists(folder) ? string.Concat(Directory.GetFiles(folder).Select(File.ReadAllText)) : "";
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
