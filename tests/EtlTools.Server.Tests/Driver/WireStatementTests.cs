using System.Data;
using System.Data.Common;
using System.Diagnostics;
using EtlTools.Server.Tests.World;

namespace EtlTools.Server.Tests.Driver;

/// <summary>What the genuine driver can do with statements besides running one and reading its rows.</summary>
[Collection(EndpointCollection.Name)]
public sealed class WireStatementTests(EndpointServer server)
{
    // A second or some of counting.
    private const string Long = "SELECT COUNT(*) FROM LONG_RUN A, LONG_RUN B, LONG_RUN C";

    [WireFact]
    public async Task Several_statements_have_a_result_each()
    {
        await using var connection = await DriverSession.OpenAsync(server.Endpoint);
        await using var command = connection.Command("CREATE OR REPLACE TABLE SEVERAL (A NUMBER(9,0)); INSERT INTO SEVERAL VALUES (1), (2); SELECT A FROM SEVERAL ORDER BY A; SELECT 'last;'");
        var count = command.CreateParameter();
        (count.ParameterName, count.DbType, count.Value) = ("MULTI_STATEMENT_COUNT", DbType.Int16, 4);
        command.Parameters.Add(count);
        await using var reader = await command.ExecuteReaderAsync();
        var results = new List<List<string>>();
        do results.Add(await DriverSession.RowsAsync(reader));
        while (await reader.NextResultAsync());
        Assert.Equal([["Table SEVERAL successfully created."], ["2"], ["1", "2"], ["last;"]], results);
    }

    [WireFact]
    public async Task A_statement_that_fails_among_several_is_named_and_what_was_before_it_stays()
    {
        await using var connection = await DriverSession.OpenAsync(server.Endpoint);
        await connection.RunAsync("CREATE OR REPLACE TABLE SEVERAL_FAIL (A NUMBER(9,0))");
        await using var command = connection.Command("INSERT INTO SEVERAL_FAIL VALUES (1); SELECT * FROM NOT_THERE; INSERT INTO SEVERAL_FAIL VALUES (2)");
        var count = command.CreateParameter();
        (count.ParameterName, count.DbType, count.Value) = ("MULTI_STATEMENT_COUNT", DbType.Int16, 3);
        command.Parameters.Add(count);
        var error = await Assert.ThrowsAnyAsync<DbException>(() => command.ExecuteNonQueryAsync());
        Assert.Equal(2003, error.ErrorCode);
        Assert.Equal(["1"], await connection.RowsAsync("SELECT A FROM SEVERAL_FAIL"));
    }

    [WireFact]
    public async Task An_asynchronous_statement_is_asked_after_and_its_rows_are_fetched_later()
    {
        await using var connection = await DriverSession.OpenAsync(server.Endpoint);
        await FillAsync(connection);
        // Only the driver's own types have these.
        dynamic command = connection.Command(Long);
        var started = Stopwatch.StartNew();
        string id = await command.ExecuteAsyncInAsyncMode(CancellationToken.None);
        Assert.True(Guid.TryParse(id, out _));
        string status;
        var seen = new List<string>();
        do
        {
            await Task.Delay(50);
            status = (await command.GetQueryStatusAsync(id, CancellationToken.None)).ToString();
            seen.Add(status);
        }
        while (status is "Running" or "Queued" && started.Elapsed < TimeSpan.FromSeconds(60));
        Assert.Equal("Success", status);
        DbDataReader reader = await command.GetResultsFromQueryIdAsync(id, CancellationToken.None);
        await using (reader) Assert.Equal(["134217728"], await DriverSession.RowsAsync(reader));
        Assert.Contains("Running", seen);

        string failing = await ((dynamic)connection.Command("SELECT * FROM NOT_THERE")).ExecuteAsyncInAsyncMode(CancellationToken.None);
        await Assert.ThrowsAnyAsync<DbException>(async () => await command.GetResultsFromQueryIdAsync(failing, CancellationToken.None));
        Assert.Equal("FailedWithError", (await command.GetQueryStatusAsync(failing, CancellationToken.None)).ToString());
    }

    [WireFact]
    public async Task A_long_statement_is_waited_for_over_several_requests()
    {
        await using var endpoint = await server.StartAsync(await server.CreateDatabaseAsync("long"), o => o with { LongPoll = TimeSpan.FromMilliseconds(20) });
        await using (var first = await DriverSession.OpenAsync(endpoint)) await first.RunAsync("CREATE DATABASE WIRE");
        await using var connection = await DriverSession.OpenAsync(endpoint);
        await FillAsync(connection);
        Assert.Equal(["134217728"], await connection.RowsAsync(Long));
        await using var synchronous = connection.Command(Long);
        Assert.Equal(134_217_728L, await Task.Run(synchronous.ExecuteScalar));
    }

    [WireTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_statement_ends_by_timeout_or_token_and_the_session_goes_on(bool byTimeout)
    {
        await using var connection = await DriverSession.OpenAsync(server.Endpoint);
        await FillAsync(connection);
        await using var command = connection.Command(Long + ", LONG_RUN D");
        var started = Stopwatch.StartNew();
        if (byTimeout)
        {
            command.CommandTimeout = 1;
            Assert.Equal(604, (await Assert.ThrowsAnyAsync<DbException>(() => command.ExecuteScalarAsync())).ErrorCode);
        }
        else
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => command.ExecuteScalarAsync(stop.Token));
        }

        Assert.InRange(started.Elapsed, TimeSpan.FromMilliseconds(900), TimeSpan.FromSeconds(20));
        Assert.Equal(["1"], await connection.RowsAsync("SELECT 1"));
    }

    [WireFact]
    public async Task A_transaction_holds_over_requests_and_is_undone_when_the_connection_is_closed()
    {
        await using (var connection = await DriverSession.OpenAsync(server.Endpoint))
        {
            await connection.RunAsync("CREATE OR REPLACE TABLE HELD (A NUMBER(9,0))");
            await using (var transaction = await connection.BeginTransactionAsync())
            {
                await connection.RunAsync("INSERT INTO HELD VALUES (1)");
                await transaction.CommitAsync();
            }

            await connection.RunAsync("BEGIN");
            await connection.RunAsync("INSERT INTO HELD VALUES (2)");
        }

        await using var other = await DriverSession.OpenAsync(server.Endpoint);
        Assert.Equal(["1"], await other.RowsAsync("SELECT A FROM HELD"));
    }

    private static async Task FillAsync(DbConnection connection)
    {
        await connection.RunAsync("CREATE OR REPLACE TEMPORARY TABLE LONG_RUN (ID NUMBER(9,0))");
        await connection.RunAsync("INSERT INTO LONG_RUN VALUES (0)");
        for (var i = 1; i < 512; i *= 2) await connection.RunAsync($"INSERT INTO LONG_RUN SELECT ID + {i} FROM LONG_RUN");
    }
}
