using System.Net.Sockets;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Sync;

/// <summary>A source that falters is asked again; no row is lost or doubled, and what is for good ends the run with a true watermark.</summary>
[Collection(SyncCollection.Name)]
public sealed class TransientErrorTests(SharedWorld shared) : IClassFixture<SharedWorld>, IDisposable
{
    private readonly SyncWorld _world = shared.World;

    public static TheoryData<string> Transient => ["io", "timeout", "socket", "end_of_stream", "wrapped"];

    [Theory]
    [MemberData(nameof(Transient))]
    public async Task A_read_that_breaks_off_goes_on_behind_the_last_batch(string kind)
    {
        var table = await NewTableAsync($"read_{kind}");
        await table.FillAsync(1, 500, i => $"'{i}'");
        // First row, inside a batch, at its end, right behind it, and the last row.
        var breaks = new HashSet<int> { 1, 2, 151, 201, 302, 800 };
        _world.Interference.BeforeRow = Once(breaks, kind);

        var result = await table.SyncAsync();

        Assert.True(result.Run.Status == RunStatus.Done, result.Error?.ToString());
        Assert.Equal((500L, 0L), (result.Run.Counts.Inserted, result.Run.Counts.Updated));
        Assert.Equal(Enumerable.Range(1, 500).Select(i => $"{i}|{i}"), await table.RowsAsync());
        Assert.Equal("2024-01-01T08:20:00.000000000", await table.CursorAsync());
        _world.Interference.BeforeRow = null;
        Assert.Equal(RunStatus.Idle, (await table.SyncAsync()).Run.Status);
    }

    [Fact]
    public async Task Rows_of_one_timestamp_survive_a_break_among_them()
    {
        var table = await NewTableAsync("ties");
        await _world.SourceAsync(SnowSql.Fill("ties", 1, 400, i => $"{i}, 'v', '2024-01-01'"));
        _world.Interference.BeforeRow = Once([250, 520], "io");

        var result = await table.SyncAsync();

        Assert.Equal((RunStatus.Done, 400L), (result.Run.Status, result.Run.Counts.Inserted));
        Assert.Equal(400, (await table.RowsAsync()).Count);
    }

    [Theory]
    [InlineData("INFORMATION_SCHEMA")]
    [InlineData("COUNT_IF(")]
    [InlineData("ORDER BY")]
    public async Task A_statement_that_fails_for_a_moment_is_asked_again(string marker)
    {
        var table = await NewTableAsync($"statement_{marker.Length}");
        await table.FillAsync(1, 250, i => $"'{i}'");
        var failures = 0;
        _world.Interference.BeforeStatement = sql =>
        {
            if (sql.Contains(marker, StringComparison.Ordinal) && failures++ < 3) throw Failure(failures % 2 == 0 ? "io" : "timeout");
        };

        await table.SyncExpectingAsync(RunStatus.Done, new RowCounts(250, 250, 0, 0, 0, 0));

        Assert.True(failures > 3, "the statement was never asked");
        Assert.Equal(250, (await table.RowsAsync()).Count);
    }

    [Fact]
    public async Task An_error_for_good_ends_the_run_at_the_last_good_batch_and_the_next_run_completes()
    {
        var table = await NewTableAsync("for_good");
        await table.FillAsync(1, 500, i => $"'{i}'");
        var rows = 0;
        _world.Interference.BeforeRow = _ =>
        {
            if (++rows == 350) throw new InvalidOperationException("no such thing as a retry");
        };

        var failed = await table.SyncAsync();

        _world.Interference.BeforeRow = null;
        Assert.Equal((RunStatus.Failed, "InvalidOperationException", 350), (failed.Run.Status, failed.Run.ErrorCode, rows));
        var loaded = await table.RowsAsync();
        Assert.Equal(Enumerable.Range(1, 300).Select(i => $"{i}|{i}"), loaded);
        Assert.Equal(300, failed.Run.Counts.Inserted);
        Assert.Equal("2024-01-01T05:00:00.000000000", await table.CursorAsync());
        Assert.Equal(["~|failed"], await _world.TargetRowsAsync("SELECT holder, last_status FROM etl.watermark WHERE pipeline = 'for_good'"));
        // The row at the watermark is read again, no older one is.
        await table.SyncExpectingAsync(RunStatus.Done, new RowCounts(201, 200, 0, 1, 0, 0));
        Assert.Equal(Enumerable.Range(1, 500).Select(i => $"{i}|{i}"), await table.RowsAsync());
    }

    [Fact]
    public async Task A_source_that_never_recovers_fails_the_run_after_the_configured_attempts()
    {
        var table = await NewTableAsync("never");
        await table.FillAsync(1, 500, i => $"'{i}'");
        var (rows, attempts) = (0, 0);
        _world.Interference.BeforeRow = _ =>
        {
            if (++rows <= 250) return;
            attempts++;
            throw Failure("io");
        };

        var failed = await table.SyncAsync();

        Assert.Equal(RunStatus.Failed, failed.Run.Status);
        Assert.InRange(attempts, 9, 10);
        Assert.Equal(200, (await table.RowsAsync()).Count);
        Assert.Equal("2024-01-01T03:20:00.000000000", await table.CursorAsync());
    }

    [Fact]
    public async Task A_break_among_refused_rows_puts_each_aside_once()
    {
        var table = await NewTableAsync("refused_twice", "text CHECK (v <> 'bad')");
        await table.FillAsync(1, 300, i => i is 100 or 101 or 199 ? "'bad'" : "'x'");
        _world.Interference.BeforeRow = Once([150, 210, 260], "timeout");

        var result = await table.SyncAsync();

        Assert.Equal(RunStatus.Quarantined, result.Run.Status);
        Assert.Equal(297, (await table.RowsAsync()).Count);
        Assert.Equal(["[\"100\"]|open", "[\"101\"]|open", "[\"199\"]|open"], await table.QuarantineAsync("key_text, status"));
    }

    public void Dispose()
    {
        _world.Interference.BeforeRow = null;
        _world.Interference.BeforeStatement = null;
    }

    private Task<ValueTable> NewTableAsync(string name, string column = "text") =>
        ValueTable.CreateAsync(_world, name, "VARCHAR", column, p => p with { BatchSize = 100 });

    // Counts rows over all attempts of the test; fails at each number once.
    private static Action<int> Once(HashSet<int> at, string kind)
    {
        var rows = 0;
        return _ =>
        {
            if (at.Remove(++rows)) throw Failure(kind);
        };
    }

    private static Exception Failure(string kind) => kind switch
    {
        "io" => new IOException("Received an unexpected EOF or 0 bytes from the transport stream."),
        "timeout" => new TimeoutException("The operation has timed out."),
        "socket" => new SocketException((int)SocketError.ConnectionReset),
        "end_of_stream" => new EndOfStreamException(),
        _ => new AggregateException(new InvalidOperationException("wrapper", new HttpRequestException("gone", new SocketException((int)SocketError.HostUnreachable)))),
    };
}
