using System.Globalization;
using System.Text.Json;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Telemetry;
using EtlTools.Core.Tests.Resilience;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EtlTools.Core.Tests.Telemetry;

public sealed class EtlLoggingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("etl-log-").FullName;
    private readonly SecretScrubber _scrubber = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_finished_run_is_one_json_object_with_its_figures()
    {
        var run = Guid.NewGuid();
        Log(logger => logger.RunFinished(run, "orders", "done", 7, 8, 1, 2, 3, 1, 1, 0, 0, 12345, 678, 10.25, 1));

        var line = Assert.Single(Lines());
        Assert.Equal("RunFinished", line.GetProperty("event").GetString());
        Assert.Equal(1001, line.GetProperty("event_id").GetInt32());
        Assert.Equal("information", line.GetProperty("level").GetString());
        Assert.Equal("2026-01-01T00:00:00Z", line.GetProperty("at").GetString());
        Assert.Equal("EtlTools.Test", line.GetProperty("category").GetString());
        Assert.Equal(run, line.GetProperty("run_id").GetGuid());
        Assert.Equal("orders", line.GetProperty("pipeline").GetString());
        Assert.Equal(7, line.GetProperty("records_processed").GetInt64());
        Assert.Equal(678, line.GetProperty("duration_ms").GetInt64());
        Assert.Equal(1, line.GetProperty("error_count").GetInt64());
        Assert.Equal(10.25, line.GetProperty("rows_per_second").GetDouble());
        Assert.StartsWith($"Run {run} of orders finished: done, 7 processed", line.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_within_a_run_carry_its_id()
    {
        var run = Guid.NewGuid();
        Log(logger =>
        {
            using (logger.BeginRun(run, "订单"))
                logger.LeaseTaken("订单", 3);
        }, LogLevel.Information);

        var line = Assert.Single(Lines());
        Assert.Equal(run, line.GetProperty("run_id").GetGuid());
        Assert.Equal("订单", line.GetProperty("pipeline").GetString());
        Assert.Equal(3, line.GetProperty("fence").GetInt64());
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("zh-CN")]
    public void Numbers_and_times_are_written_alike_in_every_culture(string culture)
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            Log(logger => logger.RunFinished(Guid.Empty, "p", "done", 1234567, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1234.5, 0));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        var message = Assert.Single(Lines()).GetProperty("message").GetString()!;
        Assert.Contains(" 1234567 processed", message, StringComparison.Ordinal);
        Assert.Contains(" 1234.5 rows/s", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_are_in_no_part_of_a_line()
    {
        _scrubber.Add("hunter\"22");
        Log(logger => logger.RunFailed(
            new InvalidOperationException("login with hunter\"22 failed", new InvalidOperationException("Password=hunter\"22")), Guid.Empty, "hunter\"22", "X", 1, "said hunter\"22"));

        var text = File.ReadAllText(Directory.GetFiles(_folder).Single());
        Assert.DoesNotContain("hunter", text, StringComparison.Ordinal);
        Assert.Contains("login with *** failed", Assert.Single(Lines()).GetProperty("exception").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_lone_surrogate_and_control_characters_do_not_break_the_line()
    {
        Log(logger => logger.RowQuarantined("p", "a\ud800b\0\n\u2028", "bad", null));

        Assert.Equal("a\ufffdb\0\n\u2028", Assert.Single(Lines()).GetProperty("key").GetString());
    }

    [Fact]
    public void The_console_gets_its_level_and_the_file_at_least_the_runs()
    {
        var console = new List<(LogLevel, string)>();
        Log(
            logger =>
            {
                logger.LeaseTaken("p", 1);
                logger.RunStarted(Guid.Empty, "p", "sync", "incremental", false);
                logger.RowQuarantined("p", "k", "bad", "22003");
            },
            LogLevel.Error,
            (level, text) => console.Add((level, text)));
        Assert.Empty(console);
        Assert.Equal(["RunStarted", "RowQuarantined"], Lines().Select(l => l.GetProperty("event").GetString()));

        Log(logger => logger.RowQuarantined("p", "k", "bad", "22003"), LogLevel.Warning, (level, text) => console.Add((level, text)));
        Assert.Equal([(LogLevel.Warning, "p: row k quarantined, column bad, SQLSTATE 22003; etl.quarantine has the reason and the row")], console);
    }

    [Fact]
    public async Task Several_writers_share_one_file_without_torn_lines()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() => Log(logger =>
        {
            for (var i = 0; i < 100; i++)
                logger.RowQuarantined($"w{writer}", new string('x', 500), "bad", null);
        }))));

        var lines = Lines();
        Assert.Equal(400, lines.Count);
        Assert.Equal(4, lines.Select(l => l.GetProperty("pipeline").GetString()).Distinct().Count());
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named_with_its_setting()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");

        var error = Assert.Throws<ConfigurationException>(() => EtlLogging.Create(new TelemetrySettings { LogDirectory = file }, new FakeTime(), _scrubber));

        Assert.Contains("ETL_LOG_DIR", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Event_ids_are_unique()
    {
        var ids = typeof(LogMessages).GetMethods()
            .Select(m => m.GetCustomAttributes(typeof(LoggerMessageAttribute), false).Cast<LoggerMessageAttribute>().SingleOrDefault()?.EventId)
            .Where(id => id is not null).ToList();

        Assert.True(ids.Count > 20);
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    private void Log(Action<ILogger> write, LogLevel console = LogLevel.Warning, Action<LogLevel, string>? sink = null)
    {
        using var factory = EtlLogging.Create(new TelemetrySettings { LogDirectory = _folder, ConsoleLevel = console }, new FakeTime(), _scrubber, sink);
        write(factory.CreateLogger("EtlTools.Test"));
    }

    private List<JsonElement> Lines() => Directory.GetFiles(_folder, "etl-*.jsonl").Order()
        .SelectMany(file => File.ReadAllLines(file)).Select(line => JsonDocument.Parse(line).RootElement).ToList();
}
