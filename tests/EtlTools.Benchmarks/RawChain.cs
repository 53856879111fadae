using System.Diagnostics;

namespace EtlTools.Benchmarks;

/// <summary>
/// The baseline: psql's COPY TO STDOUT of the physical table, piped into psql's COPY into a temporary table and the same upsert, in
/// one transaction. What the two servers cannot do faster, no tool between them can.
/// </summary>
internal sealed class RawChain(string psql, string sourceDsn, string targetDsn, string physicalTable, string columns, string target)
{
    public double Run(string where)
    {
        var copyOut = $"COPY (SELECT {columns} FROM {physicalTable} WHERE {where}) TO STDOUT";
        var names = columns.Split(", ");
        var updates = string.Join(", ", names.Skip(1).Select(name => $"{name} = EXCLUDED.{name}"));
        var differs = $"({string.Join(", ", names.Skip(1).Select(name => "t." + name))}) IS DISTINCT FROM ({string.Join(", ", names.Skip(1).Select(name => "EXCLUDED." + name))})";
        var script = $"""
            BEGIN;
            CREATE TEMP TABLE stage ON COMMIT DROP AS SELECT {columns} FROM {target} WITH NO DATA;
            COPY stage FROM STDIN;
            INSERT INTO {target} AS t ({columns}) SELECT {columns} FROM stage ON CONFLICT ({names[0]}) DO UPDATE SET {updates} WHERE {differs};
            COMMIT;
            """;
        var watch = Stopwatch.StartNew();
        using var reader = Psql(sourceDsn, ["-c", copyOut], redirectInput: false);
        using var writer = Psql(
            targetDsn, [.. script.Split('\n').SelectMany(line => new[] { "-c", line.Replace("COPY stage FROM STDIN", "COPY stage FROM STDIN", StringComparison.Ordinal) })], redirectInput: true);
        reader.StandardOutput.BaseStream.CopyTo(writer.StandardInput.BaseStream, 1 << 16);
        writer.StandardInput.Close();
        writer.StandardOutput.ReadToEnd();
        reader.WaitForExit();
        writer.WaitForExit();
        if (reader.ExitCode != 0 || writer.ExitCode != 0)
            throw new InvalidOperationException($"psql failed: {reader.StandardError.ReadToEnd()} {writer.StandardError.ReadToEnd()}");
        return watch.Elapsed.TotalSeconds;
    }

    private Process Psql(string dsn, IEnumerable<string> arguments, bool redirectInput)
    {
        var parts = new Npgsql.NpgsqlConnectionStringBuilder(dsn);
        var start = new ProcessStartInfo(psql)
        {
            RedirectStandardInput = redirectInput, RedirectStandardOutput = true, RedirectStandardError = true,
            Environment =
            {
                ["PGHOST"] = parts.Host, ["PGPORT"] = parts.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), ["PGUSER"] = parts.Username,
                ["PGPASSWORD"] = parts.Password, ["PGDATABASE"] = parts.Database,
            },
        };
        foreach (var argument in (string[])["-X", "-q", "-v", "ON_ERROR_STOP=1", .. arguments]) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
