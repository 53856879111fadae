using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json;
using EtlTools.Core.Alerts;
using EtlTools.Core.Config;
using EtlTools.Core.Tests.Telemetry;
using Xunit;

namespace EtlTools.Core.Tests.Alerts;

/// <summary>Programs that are really started.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CommandTargetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("etl-alert-test-").FullName;
    private readonly ListLogger _log = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [UnixFact]
    public async Task The_program_gets_JSON_on_standard_input_and_its_arguments_untouched()
    {
        var program = Script("cat > \"$1\"; printf '%s' \"$2\" > \"$1.arg\"; env > \"$1.env\"");
        var received = Path.Combine(_folder, "received");
        var settings = Settings($"\"{program}\" \"{received}\" '$(touch {_folder}/owned); `id` %PATH% \"x\"'");

        Environment.SetEnvironmentVariable("POSTGRES_PASSWORD", "hunter22");
        try
        {
            var trial = Assert.Single(await TestAsync(settings));
            Assert.True(trial.IsDelivered, trial.Problem);
        }
        finally
        {
            Environment.SetEnvironmentVariable("POSTGRES_PASSWORD", null);
        }

        var alert = JsonDocument.Parse(await File.ReadAllTextAsync(received)).RootElement;
        Assert.Equal(("test", "alert test"), (alert.GetProperty("reason").GetString(), alert.GetProperty("operation").GetString()));
        Assert.Equal($"$(touch {_folder}/owned); `id` %PATH% \"x\"", await File.ReadAllTextAsync(received + ".arg"));
        Assert.False(File.Exists(Path.Combine(_folder, "owned")));
        var environment = await File.ReadAllTextAsync(received + ".env");
        Assert.Contains("PATH=", environment, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter22", environment, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task A_text_of_an_alert_is_data_only()
    {
        var received = Path.Combine(_folder, "received");
        var target = new CommandTarget(new CommandText(Script("cat > \"$1\""), [received]), null);
        var hostile = AlertWorld.Full with { Message = $"'; touch {_folder}/owned; echo \"$(touch {_folder}/owned)\n", Name = "$(id)" };

        await target.SendAsync(hostile, CancellationToken.None);

        var alert = JsonDocument.Parse(await File.ReadAllTextAsync(received)).RootElement;
        Assert.Equal((hostile.Message, hostile.Name), (alert.GetProperty("message").GetString(), alert.GetProperty("name").GetString()));
        Assert.False(File.Exists(Path.Combine(_folder, "owned")));
    }

    [UnixFact]
    public async Task Relative_paths_begin_in_the_folder_of_the_settings()
    {
        Script("cat > received");
        var trial = Assert.Single(await TestAsync(Settings("./notify") with { CommandFolder = _folder }));
        Assert.True(trial.IsDelivered, trial.Problem);
        Assert.True(File.Exists(Path.Combine(_folder, "received")));
    }

    [UnixFact]
    public async Task A_failing_program_is_tried_again_and_then_reported_by_name_only()
    {
        var program = Script($"echo x >> {_folder}/count; echo s3cr3t-on-stderr >&2; exit 3");
        var settings = Settings($"{program} --token s3cr3t-argument");

        await using (var alerts = AlertWorld.Dispatcher(settings, _log, pace: AlertWorld.Quick with { Attempts = 2 })) alerts.Failed("sync", "orders", new InvalidOperationException());

        Assert.Equal(3, File.ReadAllLines(Path.Combine(_folder, "count")).Length);
        Assert.Contains(_log.Messages, message => message.Contains("command notify: it ended with exit code 3.", StringComparison.Ordinal));
        Assert.DoesNotContain(_log.Messages, message => message.Contains("s3cr3t", StringComparison.Ordinal));
    }

    [UnixFact]
    public async Task A_program_that_does_not_end_is_killed_with_its_children()
    {
        var settings = Settings(Script($"sleep 300 & echo $! > {_folder}/child; wait"));
        var clock = Stopwatch.StartNew();

        var trial = Assert.Single(await TestAsync(settings, AlertWorld.Quick with { AttemptTimeout = TimeSpan.FromSeconds(1) }));

        Assert.Contains("no answer within 1 s", trial.Problem, StringComparison.Ordinal);
        Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1));
        var child = (await File.ReadAllTextAsync(Path.Combine(_folder, "child"))).Trim();
        for (var i = 0; i < 50 && Directory.Exists($"/proc/{child}"); i++) await Task.Delay(100);
        Assert.False(Directory.Exists($"/proc/{child}"), "the child is still there");
    }

    [UnixFact]
    public async Task A_program_that_reads_nothing_and_prints_much_is_no_problem()
    {
        var trial = Assert.Single(await TestAsync(Settings(Script("exec 0<&-; head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2"))));
        Assert.True(trial.IsDelivered, trial.Problem);
    }

    private static AlertSettings Settings(string command)
    {
        Assert.True(CommandText.TryParse(command, out var parsed));
        return new AlertSettings { Command = parsed };
    }

    private async Task<IReadOnlyList<AlertTrial>> TestAsync(AlertSettings settings, AlertPace? pace = null)
    {
        await using var alerts = AlertWorld.Dispatcher(settings, _log, pace: pace);
        return await alerts.TestAsync(CancellationToken.None);
    }

    private string Script(string body)
    {
        var path = Path.Combine(_folder, "notify");
        File.WriteAllText(path, "#!/bin/sh\n" + body + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}

/// <summary>A test that starts shell scripts.</summary>
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows()) Skip = "The programs of this test are shell scripts.";
    }
}
