using System.Data.Common;
using EtlTools.LocalWarehouse.Stages;
using Npgsql;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>The connection string, read once. Names given unquoted fold to upper case, as Snowflake's driver sends them.</summary>
internal sealed record WarehouseOptions(string Postgres, string? Database, string? Schema, string User, string? Role, string? Warehouse, string Stages)
{
    /// <summary>The account's name.</summary>
    internal string Account { get; init; } = "LOCAL";

    internal static WarehouseOptions Parse(string connectionString)
    {
        var builder = new DbConnectionStringBuilder { ConnectionString = connectionString };
        string? Value(string key) => builder.TryGetValue(key, out var value) && value is string { Length: > 0 } text ? text : null;
        return new WarehouseOptions(
            Value("postgres") ?? throw new ArgumentException("The connection string of the local warehouse needs postgres=<Npgsql connection string>.", nameof(connectionString)),
            Name(Value("db")), Name(Value("schema")), Value("user")?.ToUpperInvariant() ?? "LOCAL", Name(Value("role")), Name(Value("warehouse")),
            Path.GetFullPath(Value("stages") ?? DefaultStages()));
    }

    /// <summary>The user's own data folder; where there is none, a folder of the user's name among the temporary files.</summary>
    internal static string DefaultStages()
    {
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        return data.Length > 0
            ? Path.Combine(data, "EtlTools", "LocalWarehouse", "stages")
            : Path.Combine(Path.GetTempPath(), "EtlTools-" + StagePath.EncodePart(Environment.UserName), "stages");
    }

    /// <summary>The Npgsql connection string with the settings the translation relies on.</summary>
    internal string PostgresForSession
    {
        get
        {
            var builder = new NpgsqlConnectionStringBuilder(Postgres)
            {
                SearchPath = "pg_catalog,snowflake_catalog",
                Timezone = "UTC",
                ApplicationName = "EtlTools.LocalWarehouse",
                ReadBufferSize = 65536,
                // COPY takes no timeout of its own: a statement's timeout is the session's business.
                CommandTimeout = 0,
            };
            // A warehouse sorts in memory; PostgreSQL's default of 4 MB would make every large ORDER BY a sort on disk.
            builder.Options = (builder.Options + " -c work_mem=256MB -c extra_float_digits=1 -c datestyle=ISO -c standard_conforming_strings=on -c jit=off").Trim();
            return builder.ConnectionString;
        }
    }

    /// <summary>An identifier as Snowflake reads it: unquoted folds to upper case, quoted is exact.</summary>
    internal static string? Name(string? text) => text switch
    {
        null => null,
        ['"', .., '"'] => text[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal),
        _ => text.ToUpperInvariant(),
    };
}
