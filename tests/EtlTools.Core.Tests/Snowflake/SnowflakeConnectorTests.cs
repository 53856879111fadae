using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Snowflake;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EtlTools.Core.Tests.Snowflake;

public sealed class SnowflakeConnectorTests
{
    private const string SetUp =
        """
        ALTER SESSION SET TIMEZONE = 'UTC', DATE_INPUT_FORMAT = 'AUTO', TIME_INPUT_FORMAT = 'AUTO', TIMESTAMP_INPUT_FORMAT = 'AUTO', DATE_OUTPUT_FORMAT = 'YYYY-MM-DD', TIME_OUTPUT_FORMAT = 'HH24:MI:SS.FF9', TIMESTAMP_OUTPUT_FORMAT = 'YYYY-MM-DD"T"HH24:MI:SS.FF9TZH:TZM', TIMESTAMP_NTZ_OUTPUT_FORMAT = 'YYYY-MM-DD"T"HH24:MI:SS.FF9', TIMESTAMP_LTZ_OUTPUT_FORMAT = 'YYYY-MM-DD"T"HH24:MI:SS.FF9TZH:TZM', TIMESTAMP_TZ_OUTPUT_FORMAT = 'YYYY-MM-DD"T"HH24:MI:SS.FF9TZH:TZM', BINARY_OUTPUT_FORMAT = 'HEX', STATEMENT_TIMEOUT_IN_SECONDS = 3600, QUERY_TAG = 'it''s \\ etl'
        """;

    private static readonly SnowflakeSettings s_local = new() { Account = "local", LocalPostgres = "Host=h;Database=d;Password=topsecret" };

    [Fact]
    public async Task A_session_begins_with_its_set_up()
    {
        var factory = new RecordingFactory();
        await using (await Connector(factory).OpenAsync("it's \\ etl", CancellationToken.None))
            Assert.Equal(["open account=local;postgres=\"Host=h;Database=d;Password=topsecret\"", SetUp], factory.Log);
        Assert.Equal("dispose", factory.Log[^1]);
    }

    [Fact]
    public async Task A_connection_that_fails_is_disposed_and_explained_without_its_secret()
    {
        foreach (var factory in (RecordingFactory[])[new() { OnOpen = new InvalidOperationException("no to Host=h;Database=d;Password=topsecret") }, new() { OnExecute = new DriverLikeException(2003, "x") }])
        {
            var thrown = await Assert.ThrowsAsync<ConnectionException>(() => Connector(factory).OpenAsync("t", CancellationToken.None));
            Assert.StartsWith("Snowflake account local, user (none): signing in failed", thrown.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("topsecret", thrown.Message, StringComparison.Ordinal);
            Assert.Equal("Check SNOWFLAKE_LOCAL_POSTGRES and that the PostgreSQL server is running.", thrown.Remedy);
            Assert.Equal("dispose", factory.Log[^1]);
        }
    }

    [Fact]
    public async Task A_driver_that_gives_up_by_itself_is_a_timeout_and_a_caller_that_does_is_a_cancellation()
    {
        var connector = Connector(new RecordingFactory { OnOpen = new TaskCanceledException() });
        var thrown = await Assert.ThrowsAsync<ConnectionException>(() => connector.OpenAsync("t", CancellationToken.None));
        Assert.Equal("Snowflake account local, user (none): signing in failed: no answer within 2m.", thrown.Message);
        Assert.True(SnowflakeErrors.IsTransient(thrown));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connector.OpenAsync("t", new CancellationToken(true)));
    }

    private static SnowflakeConnector Connector(RecordingFactory factory) => new(s_local, factory, NullLogger<SnowflakeConnector>.Instance);
}
