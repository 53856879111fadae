using System.Text;
using EtlTools.Core.Errors;
using EtlTools.Core.Schedule;
using EtlTools.Core.Schedule.Cron;
using EtlTools.Core.Schedule.Systemd;
using EtlTools.Core.Schedule.TaskScheduler;
using EtlTools.Core.Tests.Texts;
using Xunit;

namespace EtlTools.Core.Tests.Schedule;

/// <summary>What is registered, as approved text.</summary>
public sealed class RenderingTests
{
    [Fact]
    public void Crontab_blocks()
    {
        var text = string.Join('\n', new[] { Jobs.Plain(), Jobs.Plain("03:15"), Jobs.Hostile() }.Select(CrontabText.Block));

        ApprovedText.Check("schedule/crontab.txt", text);
    }

    [Fact]
    public void Systemd_units()
    {
        var text = new StringBuilder();
        foreach (var job in (ScheduledJob[])[Jobs.Plain(), Jobs.Hostile()]) text.Append(SystemdUnits.Service(job)).Append(SystemdUnits.Timer(job));
        foreach (var every in (string[])["1s", "30s", "90s", "1m", "7m", "1h", "6h", "5h", "1d", "2d", "03:15"])
            text.AppendLine(SystemdUnits.Timer(Jobs.Plain(every)).Split('\n').Where(line => line.StartsWith("On", StringComparison.Ordinal) || line.StartsWith("Pers", StringComparison.Ordinal)).Aggregate(every + ":", (a, b) => a + " " + b));

        ApprovedText.Check("schedule/systemd.txt", text.ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Task_definitions()
    {
        var hostile = ScheduledJob.Create(
            "hostile", ScheduleInterval.Parse("03:15"),
            [@"C:\etl & co\etl.exe", "sync", "it's", "a \"b\"", "50%", "a\\b", "a b\\", "a\\\"b", "<a&b>", "规模明细", "*", ""], @"C:\etl & co");

        ApprovedText.Check(
            "schedule/task-scheduler.txt",
            TaskXml.Render(Jobs.Windows(), @"\EtlTools\orders", @"CORP\etl", alsoSignedOut: false) + TaskXml.Render(hostile, @"\EtlTools\hostile", @"CORP\etl", alsoSignedOut: true));
    }

    [Fact]
    public void A_job_is_read_back_from_what_was_registered()
    {
        foreach (var job in (ScheduledJob[])[Jobs.Plain(), Jobs.Hostile()])
        {
            AssertSame(job, Assert.Single(CrontabText.Jobs(CrontabText.Block(job))).Job);
            AssertSame(job, SystemdUnits.Read(SystemdUnits.Service(job)));
        }

        var windows = Jobs.Windows();
        AssertSame(windows, TaskXml.Read(TaskXml.Render(windows, "x", "u", alsoSignedOut: false)));

        static void AssertSame(ScheduledJob expected, ScheduledJob? actual) => Assert.Equal(JobRecord.Write(expected), JobRecord.Write(actual!));
    }

    [Theory]
    [InlineData("30s")]
    [InlineData("32d")]
    public void Task_Scheduler_refuses_what_it_cannot_express(string every)
    {
        var refused = Assert.Throws<ConfigurationException>(() => TaskXml.Render(Jobs.Windows(every), "x", "u", alsoSignedOut: false));

        Assert.Contains("from 1m to 31d", refused.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Task_Scheduler_refuses_a_path_that_is_longer_than_its_schema_allows()
    {
        var job = ScheduledJob.Create("x", ScheduleInterval.Parse("1h"), [@"C:\etl.exe", "sync"], @"C:\" + new string('x', 258));

        Assert.Contains("261 characters", Assert.Throws<ConfigurationException>(() => TaskXml.Render(job, "x", "u", alsoSignedOut: false)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("%PATH%")]
    [InlineData("a$(Arg0)b")]
    public void Task_Scheduler_is_not_given_what_it_would_replace(string table)
    {
        var job = ScheduledJob.Create("x", ScheduleInterval.Parse("1h"), [@"C:\etl.exe", "sync", table], @"C:\");

        Assert.Contains(table.Trim('a', 'b'), Assert.Throws<ConfigurationException>(() => TaskXml.Render(job, "x", "u", alsoSignedOut: false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Task_Scheduler_refuses_a_log_file_that_it_would_not_write() =>
        Assert.Contains("keeps nothing", Assert.Throws<ConfigurationException>(() => TaskXml.Render(Jobs.Plain(), "x", "u", alsoSignedOut: false)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_runtime_that_only_this_shell_knows_is_named_to_the_job()
    {
        var variables = new Dictionary<string, string> { ["DOTNET_ROOT"] = "/home/me/.dotnet" };
        string[] plain = ["/opt/etl", "sync"];

        Assert.Equal(plain, SyncJob.Command("/opt/etl", ["sync"], new Dictionary<string, string>()));
        Assert.Equal(OperatingSystem.IsWindows() ? plain : ["/usr/bin/env", "DOTNET_ROOT=/home/me/.dotnet", .. plain], SyncJob.Command("/opt/etl", ["sync"], variables));
    }

    [Fact]
    public void Cron_refuses_a_command_that_it_would_cut_off()
    {
        var job = ScheduledJob.Create("x", ScheduleInterval.Parse("1h"), ["/usr/bin/etl", "sync", .. Enumerable.Range(0, 100).Select(i => $"a_long_table_{i}")], "/srv");

        Assert.Contains("998 is the most", Assert.Throws<ConfigurationException>(() => CrontabText.Block(job)).Message, StringComparison.Ordinal);
    }
}
