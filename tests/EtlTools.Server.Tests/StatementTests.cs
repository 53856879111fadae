using EtlTools.Server.Tests.World;

namespace EtlTools.Server.Tests;

/// <summary>Statements on the wire: values, bindings, counts, errors, repeated requests, cancelling.</summary>
[Collection(EndpointCollection.Name)]
public sealed class StatementTests(EndpointServer server) : IAsyncLifetime
{
    private readonly WireClient _client = new(server.Endpoint.Address);

    public async Task InitializeAsync()
    {
        Assert.True((await _client.LoginAsync()).Success);
        await _client.QueryAsync("ALTER SESSION SET TIMEZONE = 'UTC'");
    }

    public async Task DisposeAsync()
    {
        await _client.PostAsync("/session?delete=true", new { });
        _client.Dispose();
    }

    [Theory]
    [InlineData("123::NUMBER(10,0)", "fixed", "123")]
    [InlineData("-45.670::NUMBER(10,3)", "fixed", "-45.670")]
    [InlineData("99999999999999999999999999999999999999::NUMBER(38,0)", "fixed", "99999999999999999999999999999999999999")]
    [InlineData("'-inf'::FLOAT", "real", "-inf")]
    [InlineData("0.1::FLOAT", "real", "0.1")]
    [InlineData("TRUE", "boolean", "1")]
    [InlineData("'1969-12-31'::DATE", "date", "-1")]
    [InlineData("'0001-01-01'::DATE", "date", "-719162")]
    [InlineData("'12:34:56.123456'::TIME", "time", "45296.123456000")]
    [InlineData("'2023-11-14 22:13:20.123456'::TIMESTAMP_NTZ", "timestamp_ntz", "1700000000.123456000")]
    [InlineData("'1969-12-31 23:59:58.5'::TIMESTAMP_NTZ", "timestamp_ntz", "-1.500000000")]
    [InlineData("'2023-11-14 22:13:20.12'::TIMESTAMP_NTZ(2)", "timestamp_ntz", "1700000000.12")]
    [InlineData("'2023-11-14 22:13:20'::TIMESTAMP_NTZ(0)", "timestamp_ntz", "1700000000")]
    [InlineData("'2023-11-14 22:13:20 +0200'::TIMESTAMP_LTZ", "timestamp_ltz", "1699992800.000000000")]
    [InlineData("'2023-11-15 03:43:20 +0530'::TIMESTAMP_TZ", "timestamp_tz", "1700000000.000000000 1770")]
    [InlineData("'2023-11-14 21:43:20 -0030'::TIMESTAMP_TZ", "timestamp_tz", "1700000000.000000000 1410")]
    [InlineData("TO_BINARY('DEADBEEF', 'HEX')", "binary", "DEADBEEF")]
    [InlineData("PARSE_JSON('{\"a\":[1,null]}')", "variant", "{\"a\":[1,null]}")]
    [InlineData("'a\"b\\\\c\\n\\t\\u0001é中😀'", "text", "a\"b\\c\n\t\u0001é中😀")]
    public async Task A_value_has_its_form_of_the_wire(string expression, string type, string text)
    {
        var answer = await _client.QueryAsync($"SELECT {expression} AS V");
        Assert.True(answer.Success, answer.ToString());
        Assert.Equal(type, answer.Data.GetProperty("rowtype")[0].GetProperty("type").GetString());
        Assert.Equal(text, answer.Data.GetProperty("rowset")[0][0].GetString());
    }

    [Theory]
    [InlineData("FIXED", "123.450", "123.450")]
    [InlineData("REAL", "1E+300", "1e+300")]
    [InlineData("REAL", "Infinity", "inf")]
    [InlineData("TEXT", "it's 中", "it's 中")]
    [InlineData("BOOLEAN", "True", "1")]
    [InlineData("DATE", "86400000", "1")]
    [InlineData("TIME", "45296123456000", "45296.123456000")]
    [InlineData("TIMESTAMP_NTZ", "-1500000000", "-1.500000000")]
    [InlineData("TIMESTAMP_LTZ", "1700000000123456000", "1700000000.123456000")]
    [InlineData("TIMESTAMP_TZ", "1700000000123456000 1770", "1700000000.123456000 1770")]
    [InlineData("BINARY", "deadbeef", "DEADBEEF")]
    [InlineData("FIXED", null, "~")]
    public async Task A_bound_value_comes_back_as_it_was_sent(string type, string? value, string expected) =>
        Assert.Equal([expected], await _client.RowsAsync("SELECT ? AS V", new Dictionary<string, object> { ["1"] = new { type, value } }));

    [Theory]
    [InlineData("FIXED", "twelve")]
    [InlineData("FIXED", "1234567890123456789012345678901")]
    [InlineData("DATE", "99999999999999999")]
    [InlineData("TIMESTAMP_NTZ", "1")]
    [InlineData("TIMESTAMP_TZ", "1000")]
    [InlineData("BINARY", "xyz")]
    [InlineData("GEOGRAPHY", "POINT(0 0)")]
    public async Task A_bound_value_that_is_none_of_its_type_is_refused(string type, string value)
    {
        var answer = await _client.QueryAsync("SELECT ? AS V", new Dictionary<string, object> { ["1"] = new { type, value } });
        Assert.False(answer.Success);
        Assert.Contains(answer.Code, (string[])["100132", "000002"]);
    }

    [Fact]
    public async Task Changes_are_counted_and_array_bindings_insert_all_rows_or_none()
    {
        await _client.QueryAsync("CREATE OR REPLACE TABLE COUNTED (A NUMBER(3,0), B VARCHAR)");
        var three = new Dictionary<string, object> { ["1"] = new { type = "FIXED", value = new[] { "1", "2", "3" } }, ["2"] = new { type = "TEXT", value = new[] { "a", null, "c" } } };
        Assert.Equal(["3"], await _client.RowsAsync("INSERT INTO COUNTED VALUES (?, ?)", three));
        var bad = new Dictionary<string, object> { ["1"] = new { type = "FIXED", value = new[] { "4", "99999" } }, ["2"] = new { type = "TEXT", value = new[] { "d", "e" } } };
        Assert.False((await _client.QueryAsync("INSERT INTO COUNTED VALUES (?, ?)", bad)).Success);
        Assert.Equal(["1|a", "2|~", "3|c"], await _client.RowsAsync("SELECT * FROM COUNTED ORDER BY A"));

        var update = await _client.QueryAsync("UPDATE COUNTED SET B = 'x' WHERE A > 1");
        Assert.Equal(0x3200, update.Data.GetProperty("statementTypeId").GetInt32());
        Assert.Equal(["2|0"], await _client.RowsAsync(update));
        Assert.Equal(["1|1"], await _client.RowsAsync("MERGE INTO COUNTED t USING (SELECT 1 AS A UNION ALL SELECT 9) s ON t.A = s.A WHEN MATCHED THEN UPDATE SET B = 'm' WHEN NOT MATCHED THEN INSERT VALUES (s.A, 'n')"));
    }

    [Fact]
    public async Task Arrays_without_elements_of_different_lengths_or_beside_single_values_are_refused()
    {
        await _client.QueryAsync("CREATE OR REPLACE TABLE ARRAYS (A NUMBER(9,0), B VARCHAR)");
        string[] none = [], one = ["1"], two = ["1", "2"];
        foreach (var (a, b) in new (object, object)[] { (none, none), (one, two), (two, "x"), ("1", one) })
        {
            var answer = await _client.QueryAsync("INSERT INTO ARRAYS VALUES (?, ?)", new Dictionary<string, object> { ["1"] = new { type = "FIXED", value = a }, ["2"] = new { type = "TEXT", value = b } });
            Assert.False(answer.Success);
            Assert.Equal(400, answer.Status);
        }

        Assert.False((await _client.QueryAsync("UPDATE ARRAYS SET A = ?", new Dictionary<string, object> { ["1"] = new { type = "FIXED", value = two } })).Success);
        Assert.Equal(["1"], await _client.RowsAsync("INSERT INTO ARRAYS VALUES (?, ?)", new Dictionary<string, object> { ["1"] = new { type = "FIXED", value = one }, ["2"] = new { type = "TEXT", value = one } }));
        Assert.Equal(["1|1"], await _client.RowsAsync("SELECT * FROM ARRAYS"));
    }

    [Fact]
    public async Task Rows_of_array_bindings_are_undone_alone_in_an_open_transaction()
    {
        await _client.QueryAsync("CREATE OR REPLACE TABLE UNDONE (A NUMBER(3,0))");
        await _client.QueryAsync("BEGIN");
        await _client.QueryAsync("INSERT INTO UNDONE VALUES (1)");
        var bad = Enumerable.Range(0, 1200).Select(i => $"{i}").ToArray();
        Assert.False((await _client.QueryAsync("INSERT INTO UNDONE VALUES (?)", new Dictionary<string, object> { ["1"] = new { type = "FIXED", value = bad } })).Success);
        await _client.QueryAsync("COMMIT");
        Assert.Equal(["1"], await _client.RowsAsync("SELECT A FROM UNDONE"));
    }

    [Fact]
    public async Task An_error_has_code_state_and_query_id_and_no_stack_trace()
    {
        foreach (var (sql, code, state) in new[] { ("SELECT * FROM NOPE", "002003", "02000"), ("SELEC 1", "001003", "42000"), ("SELECT NOPE", "000904", "42000"), ("SELECT 'x'::NUMBER", "100038", "22018"), ("CREATE WAREHOUSE W", null!, null!) })
        {
            var answer = await _client.QueryAsync(sql);
            Assert.False(answer.Success);
            if (code is not null) Assert.Equal((code, state), (answer.Code, answer.SqlState));
            Assert.Equal(6, answer.Code!.Length);
            Assert.True(Guid.TryParse(answer.Data.GetProperty("queryId").GetString(), out _));
            Assert.DoesNotContain("   at ", answer.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_request_that_is_sent_again_runs_once()
    {
        await _client.QueryAsync("CREATE OR REPLACE TABLE ONCE (A NUMBER(9,0))");
        var id = Guid.NewGuid().ToString();
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _client.QueryAsync("INSERT INTO ONCE VALUES (1)", requestId: id)));
        Assert.Single(answers.Select(a => a.Data.GetProperty("queryId").GetString()).Distinct());
        Assert.Equal(["1"], await _client.RowsAsync("SELECT COUNT(*) FROM ONCE"));
    }

    [Fact]
    public async Task Several_statements_have_an_answer_each_and_the_count_must_be_right()
    {
        var answer = await _client.QueryAsync("SELECT 1; SELECT ';' ;-- ; \n SELECT 3", parameters: new { MULTI_STATEMENT_COUNT = "3" });
        var ids = answer.Data.GetProperty("resultIds").GetString()!.Split(',');
        Assert.Equal([["1"], [";"], ["3"]], await Task.WhenAll(ids.Select(async id => await _client.RowsAsync(await _client.GetAsync($"/queries/{id}/result")))));
        Assert.Equal("000008", (await _client.QueryAsync("SELECT 1; SELECT 2", parameters: new { MULTI_STATEMENT_COUNT = "3" })).Code);
        Assert.Equal("000008", (await _client.QueryAsync("SELECT 1; SELECT 2")).Code);
    }

    [Fact]
    public async Task A_statement_is_cancelled_by_its_request_id_and_the_session_goes_on()
    {
        await ManyAsync();
        var id = Guid.NewGuid().ToString();
        var running = _client.QueryAsync("SELECT COUNT(*) FROM MANY A, MANY B, MANY C, MANY D", requestId: id);
        Answer aborted;
        do
        {
            await Task.Delay(100);
            aborted = await _client.PostAsync("/queries/v1/abort-request", new { requestId = id });
        }
        while (!aborted.Success && !running.IsCompleted);
        Assert.Equal(("000604", "57014"), ((await running).Code, (await running).SqlState));
        Assert.Equal(["1"], await _client.RowsAsync("SELECT 1"));
    }

    [Fact]
    public async Task A_client_that_is_gone_leaves_no_lock_and_does_not_come_back_to_half_a_transaction()
    {
        await using var endpoint = await server.StartAsync(await server.CreateDatabaseAsync("gone"), o => o with { AbandonedAfter = TimeSpan.FromSeconds(3) });
        using var survivor = new WireClient(endpoint.Address);
        await survivor.LoginAsync();
        await survivor.QueryAsync("CREATE DATABASE D");
        await survivor.QueryAsync("CREATE TABLE HELD AS SELECT 1::NUMBER(9,0) AS A");
        string? token;
        using (var dying = new WireClient(endpoint.Address))
        {
            await dying.LoginAsync(query: "databaseName=D");
            await dying.QueryAsync("BEGIN");
            Assert.Equal(["1|0"], await dying.RowsAsync("UPDATE HELD SET A = 2"));
            token = dying.Token;
        }

        // It waits for the lock of the dead, and gets it.
        Assert.Equal(["1|0"], await survivor.RowsAsync("UPDATE HELD SET A = A + 10"));
        Assert.Equal(["11"], await survivor.RowsAsync("SELECT A FROM HELD"));
        using var ghost = new WireClient(endpoint.Address) { Token = token };
        Assert.Equal("390111", (await ghost.QueryAsync("COMMIT")).Code);
        Assert.Equal(["11"], await survivor.RowsAsync("SELECT A FROM HELD"));
    }

    [Fact]
    public async Task A_query_is_described_and_not_run()
    {
        await _client.QueryAsync("CREATE OR REPLACE TABLE DESCRIBED (A NUMBER(9,2), B VARCHAR(7))");
        async Task<Answer> DescribeAsync(string sql) => await _client.PostAsync($"/queries/v1/query-request?requestId={Guid.NewGuid()}", new { sqlText = sql, describeOnly = true });
        var answer = await DescribeAsync("SELECT A, B, 1 / 0 AS C FROM DESCRIBED");
        Assert.Equal(["A", "B", "C"], answer.Data.GetProperty("rowtype").EnumerateArray().Select(c => c.GetProperty("name").GetString()));
        Assert.Equal(7, answer.Data.GetProperty("rowtype")[1].GetProperty("length").GetInt32());
        Assert.Equal(0, answer.Data.GetProperty("rowset").GetArrayLength());
        Assert.Equal("000904", (await DescribeAsync("SELECT NOPE FROM DESCRIBED")).Code);
        Assert.Equal("000002", (await DescribeAsync("INSERT INTO DESCRIBED VALUES (1, 'x')")).Code);
        Assert.Equal(["0"], await _client.RowsAsync("SELECT COUNT(*) FROM DESCRIBED"));
    }

    [Fact]
    public async Task A_long_statement_is_asked_after_and_an_asynchronous_one_fetched_later()
    {
        await using var endpoint = await server.StartAsync(await server.CreateDatabaseAsync("slow"), o => o with { LongPoll = TimeSpan.FromMilliseconds(1) });
        using var client = new WireClient(endpoint.Address);
        await client.LoginAsync();
        await client.QueryAsync("CREATE DATABASE D");
        await client.QueryAsync("CREATE TABLE MANY (ID NUMBER(9,0))");
        await client.QueryAsync("INSERT INTO MANY VALUES (0)");
        for (var i = 1; i < 4096; i *= 2) await client.QueryAsync($"INSERT INTO MANY SELECT ID + {i} FROM MANY");
        Assert.Equal(["16777216"], await client.RowsAsync("SELECT COUNT(*) FROM MANY A, MANY B"));

        var started = await client.QueryAsync("SELECT COUNT(*) FROM MANY A, MANY B", isAsync: true);
        Assert.Equal("333334", started.Code);
        var id = started.Data.GetProperty("queryId").GetString();
        string? status;
        do status = (await client.GetAsync($"/monitoring/queries/{id}")).Data.GetProperty("queries")[0].GetProperty("status").GetString();
        while (status is "QUEUED" or "RUNNING");
        Assert.Equal("SUCCESS", status);
        Assert.Equal(["16777216"], await client.RowsAsync(await client.GetAsync($"/queries/{id}/result")));
    }

    [Fact]
    public async Task A_large_result_comes_in_chunks_that_are_complete()
    {
        await ManyAsync();
        var rows = await _client.RowsAsync("SELECT A.ID * 256 + B.ID AS N, 'row ' || N::VARCHAR || ' of many, with text enough to fill more than one chunk' FROM MANY A, MANY B WHERE B.ID < 256 ORDER BY N");
        Assert.Equal(Enumerable.Range(0, 512 * 256).Select(n => $"{n}|row {n} of many, with text enough to fill more than one chunk"), rows);
    }

    private async Task ManyAsync()
    {
        await _client.QueryAsync("CREATE OR REPLACE TEMPORARY TABLE MANY (ID NUMBER(9,0))");
        await _client.QueryAsync("INSERT INTO MANY VALUES (0)");
        for (var i = 1; i < 512; i *= 2) await _client.QueryAsync($"INSERT INTO MANY SELECT ID + {i} FROM MANY");
    }
}
