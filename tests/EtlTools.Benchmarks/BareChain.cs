using System.Data.Common;
using System.Diagnostics;
using System.Globalization;

namespace EtlTools.Benchmarks;

/// <summary>
/// The baseline to Snowflake: psql's COPY TO STDOUT piped through gzip into one file, PUT, COPY INTO a table of the target's types, and one
/// MERGE by the key (or INSERT). No check of values, no ledger, no counts.
/// </summary>
internal sealed class BareChain(string psql, string source, DbConnection warehouse, string folder, IReadOnlyList<string> columns)
{
    public async Task<double> RunAsync(string where, bool isMerge)
    {
        var file = Path.Combine(folder, "bare.csv.gz");
        var list = string.Join(", ", columns);
        var others = columns.Skip(1).ToList();
        var watch = Stopwatch.StartNew();
        Export($"COPY (SELECT {string.Join(", ", columns.Select(column => column.EndsWith("_at", StringComparison.Ordinal) ? $"{column} AT TIME ZONE 'UTC' || ' +00:00'" : column))} FROM orders WHERE {where}) TO STDOUT (FORMAT csv)", file);
        foreach (var sql in (string[])
        [
            "CREATE OR REPLACE TRANSIENT TABLE BARE_STAGE LIKE BARE_ORDERS",
            $"PUT 'file://{file}' @~/bare OVERWRITE = TRUE AUTO_COMPRESS = FALSE",
            "COPY INTO BARE_STAGE FROM @~/bare FILE_FORMAT = (TYPE = CSV FIELD_OPTIONALLY_ENCLOSED_BY = '\"') FORCE = TRUE",
            isMerge
                ? $"MERGE INTO BARE_ORDERS t USING BARE_STAGE s ON t.{columns[0]} = s.{columns[0]} WHEN MATCHED AND ({string.Join(" OR ", others.Select(name => $"t.{name} IS DISTINCT FROM s.{name}"))}) THEN UPDATE SET {string.Join(", ", others.Select(name => $"t.{name} = s.{name}"))} WHEN NOT MATCHED THEN INSERT ({list}) VALUES ({string.Join(", ", columns.Select(name => "s." + name))})"
                : $"INSERT INTO BARE_ORDERS ({list}) SELECT {list} FROM BARE_STAGE",
            "DROP TABLE BARE_STAGE", "REMOVE @~/bare",
        ])
        {
            await using var command = warehouse.CreateCommand();
            command.CommandText = sql;
            command.CommandTimeout = 1200;
            await command.ExecuteNonQueryAsync();
        }

        return watch.Elapsed.TotalSeconds;
    }

    private void Export(string copy, string file)
    {
        var parts = new Npgsql.NpgsqlConnectionStringBuilder(source);
        var start = new ProcessStartInfo("/bin/sh")
        {
            Environment =
            {
                ["PGHOST"] = parts.Host, ["PGPORT"] = parts.Port.ToString(CultureInfo.InvariantCulture), ["PGUSER"] = parts.Username, ["PGPASSWORD"] = parts.Password, ["PGDATABASE"] = parts.Database,
                ["PSQL"] = psql, ["COPY"] = copy, ["FILE"] = file,
            },
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("\"$PSQL\" -X -q -v ON_ERROR_STOP=1 -c \"$COPY\" | gzip -1 > \"$FILE\"");
        using var process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException("psql or gzip failed");
    }
}
