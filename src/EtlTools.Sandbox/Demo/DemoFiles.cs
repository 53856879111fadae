using System.Globalization;
using Npgsql;

namespace EtlTools.Sandbox.Demo;

/// <summary>The folder in which the demo writes the files a user would write: settings and tables. Readable by this user only.</summary>
public sealed class DemoFiles
{
    private const string Tables =
        """
        # The tables of the demo. Yours look like this; config/etl.example.yaml shows every key.
        direction: snowflake_to_postgres

        tables:
          - name: notification_text
            domain: medical
            source: MEDICAL.PUBLIC.NOTIFICATION_TEXT
            target: public.notification_text
            pk: notification_id
            watermark_column: UPDATED_AT

          - name: ai_extracted_data
            domain: medical
            source: MEDICAL.PUBLIC.AI_EXTRACTED_DATA
            target: public.ai_extracted_data
            pk: notification_id
            watermark_column: UPDATED_AT
            on_missing_parent: quarantine

        """;

    private const string ShopHead =
        """
        # The shop of the demo: from PostgreSQL to Snowflake. config/ecommerce.yaml shows more keys.
        direction: postgres_to_snowflake
        sync_interval_seconds: 120
        default_lookback: 5m

        tables:

        """;

    private DemoFiles(string folder) => Folder = folder;

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Settings.</summary>
    public string EnvironmentFile => Path.Combine(Folder, ".env");

    /// <summary>Tables.</summary>
    public string Configuration => Path.Combine(Folder, "etl.yaml");

    /// <summary>Tables of the shop; written when it is filled.</summary>
    public string ShopConfiguration => Path.Combine(Folder, "shop.yaml");

    /// <summary>Log files.</summary>
    public string Logs => Path.Combine(Folder, "logs");

    /// <summary>The target's password in PostgreSQL's own form, so that no command has to show it.</summary>
    public string PasswordFile => Path.Combine(Folder, "pgpass");

    /// <summary>Writes all files.</summary>
    public static async Task<DemoFiles> CreateAsync(string warehouse, string target, CancellationToken stop)
    {
        var files = new DemoFiles(Directory.CreateTempSubdirectory("etl-demo-").FullName);
        await File.WriteAllTextAsync(files.Configuration, Tables, stop).ConfigureAwait(false);
        await WritePrivateAsync(files.EnvironmentFile, files.Settings(warehouse, target), stop).ConfigureAwait(false);
        var parts = new NpgsqlConnectionStringBuilder(target);
        string[] fields = [parts.Host ?? "*", $"{parts.Port}", "*", parts.Username ?? "*", parts.Password ?? ""];
        var line = string.Join(':', fields.Select(field => field.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal)));
        await WritePrivateAsync(files.PasswordFile, line + "\n", stop).ConfigureAwait(false);
        return files;
    }

    /// <summary>Writes the tables of the shop.</summary>
    /// <param name="expected">How many rows a table will have at the end of the demo.</param>
    /// <param name="stop">Gives up.</param>
    public Task WriteShopAsync(Func<string, long> expected, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(expected);
        return File.WriteAllTextAsync(
            ShopConfiguration,
            ShopHead + Shop("customers", "customer_id", "updated_at") + Shop("products", "product_id", "updated_at") + Shop("orders", "order_id", "updated_at")
            + Shop("order_items", "order_item_id", "created_at", "    mode: append                      # rows are only ever added\n"),
            stop);

        string Shop(string table, string key, string watermark, string more = "") => string.Create(
            CultureInfo.InvariantCulture,
            $"""
              - name: {table}
                domain: ecommerce
                source: public.{table}
                target: ECOMMERCE.RAW.RAW_{table.ToUpperInvariant()}
                pk: {key}
                watermark_column: {watermark}
            {more}    expected_rows: {expected(table)}


            """);
    }

    /// <summary>Removes the folder.</summary>
    public void Delete() => Directory.Delete(Folder, recursive: true);

    private string Settings(string warehouse, string target) =>
        $"""
        # The settings of the demo. Yours name your account and your database; config/.env.example lists every setting.
        # 'local' is the local warehouse: a PostgreSQL database that answers as Snowflake does.
        SNOWFLAKE_ACCOUNT=local
        SNOWFLAKE_LOCAL_POSTGRES={Quote(warehouse)}
        SNOWFLAKE_LOCAL_STAGES={Quote(Path.Combine(Folder, "stages"))}
        ETL_WORK_DIR={Quote(Path.Combine(Folder, "work"))}
        POSTGRES_CONNECTION_STRING={Quote(target)}
        ETL_CONFIG={Quote(Configuration)}
        ETL_LOG_DIR={Quote(Logs)}
        ETL_ENVIRONMENT=demo

        """;

    private static async Task WritePrivateAsync(string path, string text, CancellationToken stop)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var writer = new StreamWriter(path, options);
        await using (writer.ConfigureAwait(false)) await writer.WriteAsync(text.AsMemory(), stop).ConfigureAwait(false);
    }

    private static string Quote(string value) => value.Contains('\'', StringComparison.Ordinal)
        ? "\"" + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\""
        : $"'{value}'";
}
