using EtlTools.Cli;
using EtlTools.Cli.Rendering;
using EtlTools.Core.Errors;
using EtlTools.Core.State;
using EtlTools.Core.Sync;

namespace EtlTools.IntegrationTests.Cli;

public sealed class SyncOutcomeTests
{
    [Theory]
    [InlineData("done", 0)]
    [InlineData("idle", 0)]
    [InlineData("held", 0)]
    [InlineData("quarantined", 3)]
    [InlineData("failed", 1)]
    [InlineData("misconfigured", 2)]
    [InlineData("unrecorded", 1)]
    [InlineData("cancelled", 130)]
    [InlineData("done idle held", 0)]
    [InlineData("done quarantined idle", 3)]
    [InlineData("quarantined misconfigured", 2)]
    [InlineData("misconfigured failed quarantined", 1)]
    [InlineData("failed cancelled", 130)]
    [InlineData("done (not begun)", 130)]
    public void The_worst_run_decides(string runs, int expected)
    {
        var notBegun = runs.Contains('(', StringComparison.Ordinal);
        var results = runs.Replace(" (not begun)", "", StringComparison.Ordinal).Split(' ').Select(Result).ToList();

        Assert.Equal((ExitCode)expected, SyncOutcome.Of(results, results.Count + (notBegun ? 1 : 0)));
    }

    private static SyncResult Result(string status)
    {
        Exception? error = status switch
        {
            "failed" => new DataException("too many rows", "repair"),
            "misconfigured" => new ConfigurationException("no cursor", "set one"),
            "unrecorded" => new TimeoutException("the run record was not written"),
            "held" => new ConflictException("another run", "wait"),
            _ => null,
        };
        var run = new RunRecord
        {
            RunId = Guid.Empty,
            Pipeline = "p",
            Operation = "sync",
            Mode = "incremental",
            Direction = "snowflake_to_postgres",
            Status = status switch { "misconfigured" => RunStatus.Failed, "unrecorded" => RunStatus.Done, _ => status },
            StartedAt = DateTimeOffset.UnixEpoch,
        };
        return new SyncResult(run, [], error);
    }
}
