using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace EtlTools.Benchmarks;

/// <summary>The script such jobs are usually written as: a server-side cursor at the source, execute_values with ON CONFLICT at the target.</summary>
internal static class PsycopgScript
{
    private const string Script = """
        import sys, psycopg2
        from psycopg2.extras import execute_values
        source, target, table, columns, key = sys.argv[1:6]
        reader = psycopg2.connect(source).cursor('rows')
        reader.itersize = 10000
        reader.execute(f'SELECT {columns} FROM {table}')
        connection = psycopg2.connect(target)
        writer = connection.cursor()
        updates = ', '.join(f'{c} = EXCLUDED.{c}' for c in columns.split(', ') if c != key)
        while True:
            rows = reader.fetchmany(10000)
            if not rows:
                break
            execute_values(writer, f'INSERT INTO raw_orders ({columns}) VALUES %s ON CONFLICT ({key}) DO UPDATE SET {updates}', rows, page_size=1000)
            connection.commit()
        """;

    // Whatever Python comes first on PATH need not be the system's, for which distributions package the library.
    private static readonly string? s_python = new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(python => Start(python, ["-c", "import psycopg2"]) is 0);

    /// <summary>Whether Python and the library are there.</summary>
    public static bool IsThere => s_python is not null;

    /// <summary>Loads the table.</summary>
    /// <returns>Seconds.</returns>
    public static double Run(string source, string target, string table)
    {
        var watch = Stopwatch.StartNew();
        var exitCode = Start(s_python!, ["-c", Script, Libpq(source), Libpq(target), table, BenchmarkTables.ColumnList, "notification_id"]);
        return exitCode == 0 ? watch.Elapsed.TotalSeconds : throw new InvalidOperationException("the script failed");
    }

    private static string Libpq(string dsn)
    {
        var parts = new NpgsqlConnectionStringBuilder(dsn);
        return string.Create(
            CultureInfo.InvariantCulture, $"host='{parts.Host}' port={parts.Port} dbname='{parts.Database}' user='{parts.Username}' password='{parts.Password}'");
    }

    private static int? Start(string python, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(python) { RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        try
        {
            using var process = Process.Start(start)!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
