using EtlTools.Core.Schedule;
using EtlTools.Core.Schedule.Cron;
using Xunit;

namespace EtlTools.Core.Tests.Schedule;

public sealed class CrontabTextTests
{
    private const string Other = "# mine\nMAILTO=me\n*/5 * * * * /usr/bin/backup --all\n";

    [Fact]
    public void A_job_is_added_replaced_and_removed_and_the_rest_is_never_touched()
    {
        var one = CrontabText.With(Other, Jobs.Plain());
        var two = CrontabText.With(one, Jobs.Plain("1h", "second"));
        Assert.StartsWith(Other, two, StringComparison.Ordinal);

        var replaced = CrontabText.With(two, Jobs.Plain("30m"));
        Assert.Equal(["second", "orders"], CrontabText.Jobs(replaced).Select(found => found.Job.Name));
        Assert.Equal("30m", CrontabText.Jobs(replaced).Last().Job.Interval.ToString());

        Assert.Equal(Other, CrontabText.Without(CrontabText.Without(replaced, "orders"), "second"));
        Assert.Equal(Other, CrontabText.Without(Other, "orders"));
    }

    [Fact]
    public void A_last_line_without_an_end_gets_one() =>
        Assert.StartsWith("0 0 * * * x\n# BEGIN", CrontabText.With("0 0 * * * x", Jobs.Plain()), StringComparison.Ordinal);

    [Fact]
    public void A_block_that_was_edited_by_hand_is_told_and_can_be_removed()
    {
        var edited = CrontabText.With(Other, Jobs.Plain()).Replace("*/2 * * * *", "*/5 * * * *", StringComparison.Ordinal);

        Assert.True(Assert.Single(CrontabText.Jobs(edited)).IsEdited);
        Assert.Equal(Other, CrontabText.Without(edited, "orders"));
    }

    [Fact]
    public void A_block_without_an_end_stops_everything()
    {
        var broken = CrontabText.With("", Jobs.Plain()).Replace("# END etl-tools orders\n", "", StringComparison.Ordinal) + Other;

        Assert.Contains("crontab -e", Assert.Throws<SchedulerException>(() => CrontabText.With(broken, Jobs.Plain())).Remedy, StringComparison.Ordinal);
        Assert.Throws<SchedulerException>(() => CrontabText.Without(broken, "orders"));
    }

    [Fact]
    public void A_name_that_begins_like_another_is_another()
    {
        var text = CrontabText.With(CrontabText.With("", Jobs.Plain(name: "orders")), Jobs.Plain(name: "orders-2"));

        Assert.Equal("orders-2", Assert.Single(CrontabText.Jobs(CrontabText.Without(text, "orders"))).Job.Name);
    }
}
