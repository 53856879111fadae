using System.Data.Common;
using System.Diagnostics;
using EtlTools.Server.Tests.World;
using Xunit.Abstractions;

namespace EtlTools.Server.Tests.Driver;

/// <summary>A result of any size streams: what both ends need for it does not grow with its rows.</summary>
[Collection(EndpointCollection.Name)]
public sealed class WireVolumeTests(EndpointServer server, ITestOutputHelper output)
{
    private const long Slack = 200L << 20;

    // Sixteen columns of the kinds that tables have, computed while they are read.
    private const string Columns =
        "A.ID * 1000 + B.ID AS N, N * 2 AS C2, N::NUMBER(20,2) AS C3, N::FLOAT AS C4, MOD(N, 2) = 0 AS C5, 'row ' || N::VARCHAR AS C6, 'a text of some length that every row has' AS C7, '中文' AS C8,"
        + " '2024-01-01'::DATE AS C9, '2024-01-01 01:02:03.456'::TIMESTAMP_NTZ AS C10, '2024-01-01 01:02:03.456 +0000'::TIMESTAMP_TZ AS C11, NULL::VARCHAR AS C12, 1 AS C13, 'x' AS C14, 'y' AS C15, 'z' AS C16";

    [WireFact]
    public async Task Two_million_rows_of_sixteen_columns_need_no_more_memory_than_a_few()
    {
        await using var connection = await DriverSession.OpenAsync(server.Endpoint);
        await connection.RunAsync("CREATE OR REPLACE TEMPORARY TABLE MANY_A (ID NUMBER(9,0))");
        await connection.RunAsync("INSERT INTO MANY_A VALUES (0)");
        for (var i = 1; i < 2048; i *= 2) await connection.RunAsync($"INSERT INTO MANY_A SELECT ID + {i} FROM MANY_A WHERE ID + {i} < 2000");
        var few = await ReadAsync(connection, 100);
        var many = await ReadAsync(connection, 2000);

        output.WriteLine($"100,000 rows: peak {few.Peak >> 20} MB; 2,000,000 rows: peak {many.Peak >> 20} MB, {2_000_000 / many.Time.TotalSeconds:N0} rows/s");
        Assert.True(many.Peak < few.Peak + Slack, $"{few.Peak >> 20} MB for 100,000 rows, {many.Peak >> 20} MB for 2,000,000");
    }

    /// <summary>Reads so many thousand rows, every cell; the process is both ends.</summary>
    private static async Task<(long Peak, TimeSpan Time)> ReadAsync(DbConnection connection, int thousands)
    {
        using var done = new CancellationTokenSource();
        var peak = PeakAsync(done.Token);
        var started = Stopwatch.StartNew();
        var (rows, sum, length) = (0L, 0L, 0L);
        await using (var command = connection.Command($"SELECT {Columns} FROM MANY_A A, MANY_A B WHERE A.ID < {thousands} AND B.ID < 1000"))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                rows++;
                sum += long.Parse(reader.GetString(0), System.Globalization.CultureInfo.InvariantCulture);
                for (var i = 1; i < 16; i++)
                    if (i != 11) length += reader.GetString(i).Length;
            }
        }

        var time = started.Elapsed;
        await done.CancelAsync();
        var all = thousands * 1000L;
        Assert.Equal((all, all * (all - 1) / 2), (rows, sum));
        Assert.True(length > all * 100);
        return (await peak, time);
    }

    private static async Task<long> PeakAsync(CancellationToken done)
    {
        using var process = Process.GetCurrentProcess();
        var peak = 0L;
        while (!done.IsCancellationRequested)
        {
            process.Refresh();
            peak = Math.Max(peak, process.WorkingSet64);
            await Task.Delay(50, done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return peak;
    }
}
