using System.Text;
using System.Threading.Channels;
using Npgsql;
using NpgsqlTypes;
using Serilog.Core;
using Serilog.Events;

namespace EtlTools.Core.Telemetry;

/// <summary>
/// Writes warnings, errors and the start and end of runs to <c>etl.log</c>, on a connection of its own. A log never holds up or fails
/// a run: when the queue is full or the database away, lines are dropped and counted; the file has them.
/// </summary>
internal sealed class LogTableSink : ILogEventSink, IDisposable
{
    private const int QueueLength = 1024;
    private const int BatchSize = 200;
    private const int RunStarted = 1000, RunFinished = 1001;

    private const string InsertSql =
        """
        INSERT INTO etl.log (at, run_id, pipeline, level, event_id, category, message, exception)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
        """;

    /// <summary>How long disposing waits for lines on their way.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(3);

    private readonly Channel<LogLine> _queue;
    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _time;
    private readonly SecretScrubber _scrubber;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _writer;
    private long _dropped;

    public LogTableSink(NpgsqlDataSource database, TimeProvider time, SecretScrubber scrubber)
    {
        _database = database;
        _time = time;
        _scrubber = scrubber;
        _queue = Channel.CreateBounded<LogLine>(
            new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true },
            _ => Interlocked.Increment(ref _dropped));
        _writer = Task.Run(WriteAllAsync);
    }

    /// <summary>Lines that did not reach the table.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public void Emit(LogEvent logEvent)
    {
        if (!IsForTable(logEvent))
            return;

        _queue.Writer.TryWrite(LogLine.From(logEvent, _time, _scrubber));
    }

    public void Dispose()
    {
        _queue.Writer.TryComplete();
        if (!_writer.Wait(DrainTime))
            _stop.Cancel();
        _stop.Dispose();
    }

    /// <summary>The driver's own messages stay out: one about writing here would cause the next.</summary>
    private static bool IsForTable(LogEvent logEvent)
    {
        var category = (logEvent.Properties.GetValueOrDefault("SourceContext") as ScalarValue)?.Value as string;
        if (category?.StartsWith("Npgsql", StringComparison.Ordinal) == true)
            return false;

        return logEvent.Level >= LogEventLevel.Warning
            || (logEvent.Properties.GetValueOrDefault("EventId") is StructureValue id
                && id.Properties.Any(p => p is { Name: "Id", Value: ScalarValue { Value: RunStarted or RunFinished } }));
    }

    private async Task WriteAllAsync()
    {
        var batch = new List<LogLine>(BatchSize);
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (batch.Count < BatchSize && _queue.Reader.TryRead(out var line))
                batch.Add(line);

            try
            {
                await WriteAsync(batch, _stop.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (error is NpgsqlException or OperationCanceledException or InvalidOperationException or TimeoutException)
            {
                Interlocked.Add(ref _dropped, batch.Count);
            }

            batch.Clear();
        }
    }

    private async Task WriteAsync(List<LogLine> lines, CancellationToken cancellationToken)
    {
        var connection = await _database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        using var command = new NpgsqlCommand(InsertSql, connection) { CommandTimeout = 10 };
        Add(command, NpgsqlDbType.TimestampTz, lines.Select(line => line.At.UtcDateTime).ToArray());
        Add(command, NpgsqlDbType.Uuid, lines.Select(line => line.RunId).ToArray());
        Add(command, NpgsqlDbType.Text, lines.Select(line => Storable(line.Pipeline)).ToArray());
        Add(command, NpgsqlDbType.Text, lines.Select(line => line.Level.ToString().ToLowerInvariant()).ToArray());
        Add(command, NpgsqlDbType.Integer, lines.Select(line => line.EventId).ToArray());
        Add(command, NpgsqlDbType.Text, lines.Select(line => line.Category).ToArray());
        Add(command, NpgsqlDbType.Text, lines.Select(line => Storable(line.Message)).ToArray());
        Add(command, NpgsqlDbType.Text, lines.Select(line => Storable(line.Exception)).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static void Add(NpgsqlCommand command, NpgsqlDbType type, Array values) =>
        command.Parameters.Add(new NpgsqlParameter { Value = values, NpgsqlDbType = NpgsqlDbType.Array | type });

    /// <summary>PostgreSQL stores neither NUL nor half a surrogate pair.</summary>
    private static string? Storable(string? text) =>
        text is null ? null : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');
}
