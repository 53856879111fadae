using EtlTools.Cli;
using EtlTools.IntegrationTests.Faults.World;

namespace EtlTools.IntegrationTests.Cli;

/// <summary><c>etl schedule</c> with each scheduler: what is registered, listed and removed, and what is refused.</summary>
public sealed class ScheduleTests
{
    private const string Yaml =
        """
        direction: snowflake_to_postgres
        tables:
          - { name: "it's 50%", source: MEDICAL.PUBLIC.ORDERS, target: public.orders, pk: id, watermark_column: UPDATED_AT }
        """;

    [UnixFact]
    public async Task Cron_keeps_the_users_own_lines_and_loses_nothing_when_the_job_goes()
    {
        using var folder = new CliFolder(Yaml);
        using var fakes = new FakeSchedulers("crontab");
        const string own = "# mine\n*/5 * * * * /usr/bin/backup";
        await File.WriteAllTextAsync(fakes.PathOf("crontab.txt"), own);

        var added = (await RunAsync(folder, fakes, "add", "nightly", "it's 50%", "--every", "2m", "--json")).Ended(ExitCode.Done).Json;

        var block = added.GetProperty("registered")[0].GetProperty("content").GetString()!;
        Assert.Equal(own + "\n" + block, fakes.Text("crontab.txt"));
        Assert.Contains(@"*/2 * * * * cd ", block, StringComparison.Ordinal);
        Assert.Contains(@"/opt/etl sync 'it'""'""'s 50'\%'' --config ", block, StringComparison.Ordinal);
        Assert.Equal("cron", added.GetProperty("scheduler").GetString());

        var listed = (await RunAsync(folder, fakes, "list", "--json")).Ended(ExitCode.Done).Json.GetProperty("schedules");
        Assert.Equal("nightly", Assert.Single(listed.EnumerateArray()).GetProperty("name").GetString());
        Assert.Equal("it's 50%", listed[0].GetProperty("arguments")[1].GetString());
        Assert.False(listed[0].GetProperty("edited").GetBoolean());
        Assert.NotNull(listed[0].GetProperty("next_run").GetString());

        (await RunAsync(folder, fakes, "add", "nightly", "--every", "03:15")).Ended(ExitCode.Done);
        Assert.Equal(2, fakes.Text("crontab.txt").Split("etl-tools nightly").Length - 1);
        Assert.Contains("\n15 3 * * * cd ", fakes.Text("crontab.txt"), StringComparison.Ordinal);

        (await RunAsync(folder, fakes, "remove", "nightly")).Ended(ExitCode.Done);
        Assert.Equal(own + "\n", fakes.Text("crontab.txt"));
        Assert.Contains("There is no schedule 'nightly'", (await RunAsync(folder, fakes, "remove", "nightly")).Ended(ExitCode.Usage).Error, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task A_dry_run_prints_exactly_what_would_be_registered_and_changes_nothing()
    {
        using var folder = new CliFolder(Yaml);
        foreach (var (program, word, interval) in new[] { ("crontab", "cron", "2m"), ("systemctl", "systemd", "90s"), ("schtasks.exe", "task-scheduler", "1h") })
        {
            using var fakes = new FakeSchedulers(program);
            string[] line = ["add", "nightly", "--every", interval, "--using", word];

            var text = (await RunAsync(folder, fakes, [.. line, "--dry-run"])).Ended(ExitCode.Done).Out.ReplaceLineEndings("\n");

            Assert.Empty(fakes.Changes);
            Assert.Contains("Nothing was registered.", text, StringComparison.Ordinal);
            var registered = (await RunAsync(folder, fakes, [.. line, "--json"])).Ended(ExitCode.Done).Json.GetProperty("registered");
            foreach (var part in registered.EnumerateArray()) Assert.Contains(part.GetProperty("content").GetString()!, text, StringComparison.Ordinal);
            Assert.NotEmpty(fakes.Changes);
        }
    }

    [UnixFact]
    public async Task Systemd_gets_its_unit_files_and_is_told_of_them()
    {
        using var folder = new CliFolder(Yaml);
        using var fakes = new FakeSchedulers("systemctl", "crontab");

        var added = (await RunAsync(folder, fakes, "add", "nightly", "--every", "90s", "--json")).Ended(ExitCode.Done).Json;

        Assert.Equal("systemd", added.GetProperty("scheduler").GetString());
        foreach (var part in added.GetProperty("registered").EnumerateArray())
            Assert.Equal(part.GetProperty("content").GetString(), await File.ReadAllTextAsync(part.GetProperty("place").GetString()!));
        Assert.Contains("OnUnitActiveSec=90s", fakes.Text(".config/systemd/user/etl-nightly.timer"), StringComparison.Ordinal);
        Assert.Equal(
            ["systemctl --user daemon-reload", "systemctl --user enable etl-nightly.timer", "systemctl --user restart etl-nightly.timer"], fakes.Changes);

        var listed = (await RunAsync(folder, fakes, "list", "--json")).Ended(ExitCode.Done).Json.GetProperty("schedules")[0];
        Assert.Equal(3, listed.GetProperty("last_exit_code").GetInt32());
        Assert.Equal("2026-09-21T14:13:20.000Z", listed.GetProperty("next_run").GetString());
        Assert.Equal("2026-09-21T14:11:20.000Z", listed.GetProperty("last_run").GetString());

        (await RunAsync(folder, fakes, "remove", "nightly")).Ended(ExitCode.Done);
        Assert.Contains("systemctl --user disable --now etl-nightly.timer", fakes.Changes);
        // Its service would be listed as failed for ever if its last run was.
        Assert.Equal("systemctl --user reset-failed etl-nightly.service", fakes.Changes[^1]);
        Assert.Empty(Directory.GetFiles(fakes.PathOf(".config/systemd/user")));
    }

    [UnixFact]
    public async Task A_unit_of_somebody_else_is_neither_listed_nor_removed()
    {
        using var folder = new CliFolder(Yaml);
        using var fakes = new FakeSchedulers("systemctl");
        Directory.CreateDirectory(fakes.PathOf(".config/systemd/user"));
        await File.WriteAllTextAsync(fakes.PathOf(".config/systemd/user/etl-theirs.service"), "[Service]\nExecStart=/bin/true\n");

        Assert.Empty((await RunAsync(folder, fakes, "list", "--json")).Ended(ExitCode.Done).Json.GetProperty("schedules").EnumerateArray());
        (await RunAsync(folder, fakes, "remove", "theirs")).Ended(ExitCode.Usage);
        Assert.NotEmpty(fakes.Text(".config/systemd/user/etl-theirs.service"));
    }

    [UnixFact]
    public async Task Task_Scheduler_gets_a_definition_without_a_password()
    {
        using var folder = new CliFolder(Yaml);
        using var fakes = new FakeSchedulers("schtasks.exe");

        var added = (await RunAsync(folder, fakes, "add", "nightly", "--every", "2m", "--json")).Ended(ExitCode.Done).Json;

        var xml = fakes.Text("task.xml").ReplaceLineEndings("\n").TrimStart('\uFEFF');
        Assert.Equal(added.GetProperty("registered")[0].GetProperty("content").GetString(), xml);
        Assert.Contains("<MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>", xml, StringComparison.Ordinal);
        Assert.Contains(@"<UserId>CORP\etl</UserId>", xml, StringComparison.Ordinal);
        Assert.DoesNotContain("Password", xml, StringComparison.Ordinal);
        Assert.Contains(fakes.Changes, call => call.StartsWith(@"schtasks.exe /Create /TN \EtlTools\nightly /XML ", StringComparison.Ordinal) && call.EndsWith(" /F", StringComparison.Ordinal));

        var listed = (await RunAsync(folder, fakes, "list", "--json")).Ended(ExitCode.Done).Json.GetProperty("schedules");
        Assert.Equal(2, Assert.Single(listed.EnumerateArray()).GetProperty("last_exit_code").GetInt32());
        (await RunAsync(folder, fakes, "remove", "nightly")).Ended(ExitCode.Done);
        Assert.Empty(fakes.Text("task.xml"));
    }

    [UnixTheory]
    [InlineData("add nightly --every 90s --using cron", "cron cannot run a job every 90s.")]
    [InlineData("add nightly --every often", "--every: 'often' is not an interval")]
    [InlineData("add nightly", "'--every' is required")]
    [InlineData("add a/b --every 1h", "is not a name for a schedule")]
    [InlineData("add nightly oders --every 1h", "There is no table 'oders'")]
    [InlineData("add nightly --every 1h --using task-scheduler", "schtasks.exe is not on PATH")]
    [InlineData("add nightly --every 1h --using at", "one of auto, systemd, cron, task-scheduler")]
    [InlineData("remove ../x", "is not a name for a schedule")]
    public async Task What_cannot_be_is_refused_and_nothing_is_changed(string line, string message)
    {
        using var folder = new CliFolder(Yaml);
        using var fakes = new FakeSchedulers("crontab");

        var run = (await RunAsync(folder, fakes, line.Split(' '))).Ended(ExitCode.Usage);

        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Empty(fakes.Changes);
    }

    [UnixFact]
    public async Task A_crontab_that_cannot_be_read_is_not_overwritten()
    {
        using var folder = new CliFolder(Yaml);
        using var fakes = new FakeSchedulers("crontab");
        await File.WriteAllTextAsync(fakes.PathOf("locked"), "");

        var run = (await RunAsync(folder, fakes, "add", "nightly", "--every", "1h")).Ended(ExitCode.Failed);

        Assert.Contains("permission denied", run.Error, StringComparison.Ordinal);
        Assert.Empty(fakes.Changes);
    }

    [UnixFact]
    public async Task What_the_scheduler_says_is_passed_on()
    {
        using var folder = new CliFolder(Yaml);
        using var fakes = new FakeSchedulers("crontab");
        await File.WriteAllTextAsync(fakes.PathOf("refuse"), "");

        var json = (await RunAsync(folder, fakes, "add", "nightly", "--every", "1h", "--json")).Ended(ExitCode.Failed).Json.GetProperty("error");

        Assert.Equal("ETL-SCHEDULE", json.GetProperty("code").GetString());
        Assert.Contains("bad minute", json.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Settings_that_only_this_shell_has_are_warned_about_and_never_registered()
    {
        using var folder = new CliFolder(Yaml);
        using var fakes = new FakeSchedulers("crontab");

        var run = (await RunAsync(folder, fakes, "add", "nightly", "--every", "1h")).Ended(ExitCode.Done);

        Assert.Contains("Set in this shell only, where the job does not see it: SNOWFLAKE_ACCOUNT, SNOWFLAKE_LOCAL_POSTGRES, POSTGRES_CONNECTION_STRING", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(CliFolder.Secret, run.Everything + fakes.Text("crontab.txt"), StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task A_settings_file_that_others_can_read_is_warned_about()
    {
        using var folder = new CliFolder(Yaml);
        using var fakes = new FakeSchedulers("crontab");
        var file = fakes.PathOf("open.env");
        await File.WriteAllTextAsync(file, "ETL_BATCH_SIZE=100\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        Assert.Contains($"warning: {file}: other users", (await RunAsync(folder, fakes, "add", "nightly", "--every", "1h", "--env-file", file)).Ended(ExitCode.Done).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("warning", (await RunAsync(folder, fakes, "add", "nightly", "--every", "1h", "--env-file", file, "--quiet")).Ended(ExitCode.Done).Error, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task A_machine_without_a_scheduler_is_told_so()
    {
        using var folder = new CliFolder(Yaml);
        using var fakes = new FakeSchedulers();

        Assert.Contains("neither Task Scheduler nor a systemd session nor crontab", (await RunAsync(folder, fakes, "add", "nightly", "--every", "1h")).Ended(ExitCode.Usage).Error, StringComparison.Ordinal);
        Assert.Contains("Nothing is scheduled", (await RunAsync(folder, fakes, "list")).Ended(ExitCode.Done).Out, StringComparison.Ordinal);
    }

    [CrontabFact]
    public async Task The_genuine_crontab_takes_a_job_and_gives_it_up()
    {
        using var folder = new CliFolder(Yaml);
        var variables = CrontabFactAttribute.Variables;

        (await RunAsync(folder, variables, "add", "etl-test", "it's 50%", "--every", "03:15", "--using", "cron")).Ended(ExitCode.Done);
        try
        {
            var listed = (await RunAsync(folder, variables, "list", "--using", "cron", "--json")).Ended(ExitCode.Done).Json.GetProperty("schedules")[0];
            Assert.Equal(("etl-test", "it's 50%", false), (listed.GetProperty("name").GetString(), listed.GetProperty("arguments")[1].GetString(), listed.GetProperty("edited").GetBoolean()));
        }
        finally
        {
            (await RunAsync(folder, variables, "remove", "etl-test", "--using", "cron")).Ended(ExitCode.Done);
        }

        Assert.False(CrontabFactAttribute.HasCrontab());
    }

    private static Task<CliRun> RunAsync(CliFolder folder, FakeSchedulers fakes, params string[] args) => RunAsync(folder, fakes.Variables, args);

    private static Task<CliRun> RunAsync(CliFolder folder, Dictionary<string, string> scheduler, params string[] args) => CliRun.RunAsync(
        surroundings => surroundings with
        {
            Variables = folder.Variables.Concat(scheduler).ToDictionary(), Program = ["/opt/etl"], Folder = Path.GetDirectoryName(folder.Configuration)!,
        },
        CancellationToken.None, ["schedule", .. args, "--config", folder.Configuration]);
}
