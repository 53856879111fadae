using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Sync;

/// <summary>Tables that do not fit are refused before a row is read, with DDL that works when it is executed.</summary>
[Collection(SyncCollection.Name)]
public sealed class DriftTests(SharedWorld shared) : IClassFixture<SharedWorld>
{
    private readonly SyncWorld _world = shared.World;

    /// <summary>Name, type of V at the source, a value, V at the target, the value's text in the widened target.</summary>
    public static TheoryData<string, string, string, string, string> Misfits => new()
    {
        { "shorter_varchar", "VARCHAR(20)", "'12345678901234567890'", "varchar(10)", "12345678901234567890" },
        { "char_n", "VARCHAR(20)", "'abc  '", "char(10)", "abc  " },
        { "fewer_digits", "NUMBER(12,2)", "1234567890.12", "numeric(10,2)", "1234567890.12" },
        { "fewer_decimals", "NUMBER(12,4)", "1.2345", "numeric(12,2)", "1.2345" },
        { "decimals_to_int", "NUMBER(12,4)", "1.2345", "bigint", "1.2345" },
        { "ten_digits_to_int", "NUMBER(10,0)", "9999999999", "int", "9999999999" },
        { "five_digits_to_smallint", "NUMBER(5,0)", "99999", "smallint", "99999" },
        { "nineteen_digits_to_bigint", "NUMBER(19,0)", "9999999999999999999", "bigint", "9999999999999999999" },
        { "number_to_double", "NUMBER(38,0)", "9007199254740993", "double precision", "9007199254740993" },
        { "number_to_money", "NUMBER(12,4)", "1.2345", "money", "1.2345" },
        { "double_to_real", "FLOAT", "0.1", "real", "0.1" },
        { "double_to_numeric", "FLOAT", "1e300", "numeric(10,2)", "1e+300" },
        { "timestamp_to_date", "TIMESTAMP_NTZ", "'2024-01-01 12:00:00'", "date", "2024-01-01 12:00:00" },
        { "zoned_to_date", "TIMESTAMP_TZ", "'2024-01-01 12:00:00 +0530'", "date", "2024-01-01 06:30:00+00" },
        { "timestamp_to_time", "TIMESTAMP_NTZ", "'2024-01-01 12:00:00'", "time", "2024-01-01 12:00:00" },
        { "zoned_to_time", "TIMESTAMP_LTZ", "'2024-01-01 12:00:00 +0000'", "time", "2024-01-01 12:00:00+00" },
        { "time_to_date", "TIME", "'12:00:00'", "date", "12:00:00" },
        { "time_to_timestamp", "TIME", "'12:00:00'", "timestamp", "12:00:00" },
        { "zoned_to_plain", "TIMESTAMP_TZ", "'2024-01-01 12:00:00 +0530'", "timestamp", "2024-01-01 06:30:00+00" },
        { "plain_to_zoned", "TIMESTAMP_NTZ", "'2024-01-01 12:00:00'", "timestamptz", "2024-01-01 12:00:00" },
        { "text_to_timestamp", "VARCHAR", "'01/02/2024'", "timestamp", "01/02/2024" },
        { "text_to_scaled", "VARCHAR", "'1.005'", "numeric(5,2)", "1.005" },
        { "boolean_to_int", "BOOLEAN", "TRUE", "int", "true" },
        { "binary_to_bit", "BINARY", "TO_BINARY('FF', 'HEX')", "bit(8)", "\\xff" },
        { "json_to_hstore_like", "VARIANT", "PARSE_JSON('[1]')", "int[]", "[1]" },
        { "date_to_int", "DATE", "'2024-01-01'", "int", "2024-01-01" },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public async Task A_type_that_would_lose_something_is_refused_and_the_ALTER_in_the_message_repairs_it(string name, string type, string value, string target, string text)
    {
        var table = await NewTableAsync(name, type, value, $"id bigint PRIMARY KEY, v {target}, updated_at timestamp");

        var drift = await DriftOfAsync(table);

        Assert.Contains("column v", drift.Message, StringComparison.Ordinal);
        Assert.StartsWith($"ALTER TABLE \"public\".\"{name}\" ALTER COLUMN \"v\" TYPE ", drift.Remedy, StringComparison.Ordinal);
        await RepairedAsync(table, drift, $"1|{text}");
    }

    [Theory]
    [InlineData("default_number", "NUMBER(38,0)", "42", "bigint", "42")]
    [InlineData("default_number_int", "NUMBER(38,0)", "42", "int", "42")]
    [InlineData("eighteen_digits", "NUMBER(18,0)", "999999999999999999", "bigint", "999999999999999999")]
    [InlineData("nine_digits", "NUMBER(9,0)", "999999999", "int", "999999999")]
    [InlineData("wider_numeric", "NUMBER(10,2)", "1.25", "numeric(12,3)", "1.250")]
    [InlineData("unbounded_numeric", "NUMBER(38,37)", "0.1", "numeric", "0.1000000000000000000000000000000000000")]
    [InlineData("default_varchar", "VARCHAR", "'abc'", "varchar(3)", "abc")]
    [InlineData("same_varchar", "VARCHAR(3)", "'abc'", "varchar(3)", "abc")]
    [InlineData("domain_of_text", "VARCHAR", "'abc'", "short_text", "abc")]
    [InlineData("millisecond", "TIMESTAMP_NTZ", "'2024-01-01 00:00:00.125'", "timestamp(3)", "2024-01-01 00:00:00.125")]
    public async Task A_type_that_keeps_every_declared_value_is_taken(string name, string type, string value, string target, string text)
    {
        await _world.TargetAsync("DO $$ BEGIN CREATE DOMAIN short_text AS varchar(5); EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        var table = await NewTableAsync($"fits_{name}", type, value, $"id bigint PRIMARY KEY, v {target}, updated_at timestamp");

        await table.SyncExpectingAsync(RunStatus.Done, new RowCounts(1, 1, 0, 0, 0, 0));

        Assert.Equal([$"1|{text}"], await table.RowsAsync());
    }

    [Theory]
    [InlineData("int_rows", "NUMBER(12,2)", "int", "7", "7.00")]
    [InlineData("plain_rows", "TIMESTAMP_TZ", "timestamp", "'2024-01-01 12:00'", "2024-01-01 12:00:00+00")]
    [InlineData("zoned_rows", "TIMESTAMP_NTZ", "timestamptz", "'2024-01-01 12:00Z'", "2024-01-01 12:00:00")]
    [InlineData("date_rows", "TIMESTAMP_TZ", "date", "'2024-01-01'", "2024-01-01 00:00:00+00")]
    [InlineData("bool_rows", "BOOLEAN", "int", "1", "true")]
    [InlineData("json_rows", "VARIANT", "text[]", "'{}'", "{}")]
    public async Task The_ALTER_in_the_message_keeps_the_values_already_there_in_any_session(string name, string type, string target, string value, string text)
    {
        var table = await NewTableAsync($"alter_{name}", type, "NULL", $"id bigint PRIMARY KEY, v {target}, updated_at timestamp");
        await _world.TargetAsync($"INSERT INTO {table.Name} VALUES (99, {value}, NULL)");

        await _world.TargetAsync($"BEGIN; SET LOCAL TimeZone = 'Asia/Kolkata'; {(await DriftOfAsync(table)).Remedy}\n COMMIT;");

        Assert.Equal([$"99|{text}"], await table.RowsAsync("id = 99"));
        Assert.Equal(RunStatus.Done, (await table.SyncAsync()).Run.Status);
    }

    [Fact]
    public async Task A_fraction_finer_than_the_target_keeps_is_never_rounded()
    {
        var table = await NewTableAsync("fine_target", "TIMESTAMP_NTZ", "'2024-01-01 23:59:59.999999'", "id bigint PRIMARY KEY, v timestamp(3), updated_at timestamp");

        await table.SyncExpectingAsync(RunStatus.Quarantined, new RowCounts(1, 0, 0, 0, 0, 1));
        table.Pipeline = table.Pipeline with { FineTime = FineTimePolicy.Truncate };
        await _world.SourceAsync("INSERT INTO fine_target VALUES (2, '2024-01-01 23:59:59.9999', '2024-01-02')");
        await table.SyncAsync();

        Assert.Equal(["1|2024-01-01 23:59:59.999", "2|2024-01-01 23:59:59.999"], await table.RowsAsync());
    }

    [Theory]
    [InlineData(NewColumnPolicy.Fail)]
    [InlineData(NewColumnPolicy.Add)]
    [InlineData(NewColumnPolicy.Ignore)]
    public async Task A_new_column_at_the_source_fails_is_added_or_left_out_as_the_policy_says(NewColumnPolicy policy)
    {
        var table = await NewTableAsync($"new_{policy}".ToLowerInvariant(), "VARCHAR", "'v'", "id bigint PRIMARY KEY, v text, updated_at timestamp");
        table.Pipeline = table.Pipeline with { OnNewColumn = policy };
        await table.SyncAsync();
        await _world.SourceAsync(
            $"ALTER TABLE {table.Name} ADD COLUMN \"新列\" NUMBER(10,2)", $"ALTER TABLE {table.Name} ADD COLUMN J VARIANT",
            $"ALTER TABLE {table.Name} ADD COLUMN AT TIMESTAMP_TZ",
            $"INSERT INTO {table.Name} SELECT 2, 'w', '2024-02-01', 1.50, PARSE_JSON('[1]'), '2024-01-01 00:00:00 +0100'");

        if (policy == NewColumnPolicy.Fail)
        {
            var drift = await DriftOfAsync(table);
            await _world.TargetAsync(drift.Remedy);
        }

        var result = await table.SyncAsync();

        Assert.True(result.Run.Status == RunStatus.Done, result.Error?.ToString());
        Assert.Equal(
            policy == NewColumnPolicy.Ignore ? ["1|v", "2|w"] : ["1|v|~|~|~", "2|w|1.50|[1]|2023-12-31 23:00:00+00"],
            await _world.TargetRowsAsync($"SELECT id, v{(policy == NewColumnPolicy.Ignore ? "" : ", \"新列\"::text AS n, j::text AS j, at::text AS at")} FROM {table.Name} ORDER BY id"));
        if (policy != NewColumnPolicy.Fail) Assert.Contains(result.Notes, note => note.Contains("新列", StringComparison.Ordinal));
        Assert.Equal(RunStatus.Idle, (await table.SyncAsync()).Run.Status);
    }

    [Fact]
    public async Task A_column_dropped_from_the_target_fails_until_it_is_back()
    {
        var table = await NewTableAsync("dropped", "VARCHAR", "'v'", "id bigint PRIMARY KEY, v text, updated_at timestamp");
        await table.SyncAsync();
        await _world.TargetAsync("ALTER TABLE dropped DROP COLUMN v");
        await _world.SourceAsync("UPDATE dropped SET UPDATED_AT = '2024-02-01'");

        await RepairedAsync(table, await DriftOfAsync(table), "1|v");
    }

    [Fact]
    public async Task A_column_gone_at_the_source_leaves_the_target_column_as_it_is()
    {
        var table = await NewTableAsync("gone_column", "VARCHAR", "'v'", "id bigint PRIMARY KEY, v text, updated_at timestamp");
        await table.SyncAsync();
        await _world.SourceAsync("ALTER TABLE gone_column DROP COLUMN V", "INSERT INTO gone_column VALUES (2, '2024-02-01'), (1, '2024-02-01')");

        await table.SyncAsync();

        Assert.Equal(["1|v", "2|~"], await table.RowsAsync());
    }

    [Theory]
    [InlineData("no_index", "id bigint, v text, updated_at timestamp", "no unique index")]
    [InlineData("partial_index", "id bigint, v text, updated_at timestamp); CREATE UNIQUE INDEX ON partial_index (id) WHERE v IS NOT NULL; SELECT (1", "no unique index")]
    [InlineData("deferrable_index", "id bigint, v text, updated_at timestamp, UNIQUE (id) DEFERRABLE", "deferrable_index_id_key on the key (id) is deferrable")]
    [InlineData("wider_index", "id bigint, v text, updated_at timestamp, UNIQUE (id, v)", "no unique index")]
    [InlineData("unfilled", "id bigint PRIMARY KEY, v text, updated_at timestamp, must int NOT NULL", "must must not be NULL")]
    [InlineData("unfilled_domain", "id bigint PRIMARY KEY, v text, updated_at timestamp, \"Must\" int NOT NULL", "Must must not be NULL")]
    public async Task A_target_that_cannot_be_upserted_is_refused_and_the_ALTER_repairs_it(string name, string columns, string problem)
    {
        var table = await NewTableAsync(name, "VARCHAR", "'v'", columns);

        var drift = await DriftOfAsync(table);

        Assert.Contains(problem, drift.Message, StringComparison.Ordinal);
        await RepairedAsync(table, drift, "1|v");
    }

    [Fact]
    public async Task Columns_that_fill_themselves_are_left_to_it()
    {
        var table = await NewTableAsync("self_filling", "VARCHAR", "'v'",
            "id bigint PRIMARY KEY, v text, updated_at timestamp, double text GENERATED ALWAYS AS (v || v) STORED NOT NULL, n int GENERATED ALWAYS AS IDENTITY, d int NOT NULL DEFAULT 7");
        await _world.SourceAsync("ALTER TABLE self_filling ADD COLUMN DOUBLE VARCHAR");

        var result = await table.SyncAsync();

        Assert.True(result.Run.Status == RunStatus.Done, result.Error?.ToString());
        Assert.Contains(result.Notes, note => note.Contains("double is generated", StringComparison.Ordinal));
        Assert.Equal(["1|v|vv|1|7"], await _world.TargetRowsAsync("SELECT id, v, double, n, d FROM self_filling"));
    }

    [Fact]
    public async Task For_a_missing_table_the_message_holds_a_CREATE_TABLE_that_works()
    {
        await _world.SourceAsync(
            "CREATE TABLE missing (\"Key A\" NUMBER(5,0), B VARCHAR(10), N NUMBER(38,9), F FLOAT, T VARCHAR(7), O BOOLEAN, D DATE, I TIME, TN TIMESTAMP_NTZ, TL TIMESTAMP_LTZ, TZ TIMESTAMP_TZ, "
            + "BI BINARY, V VARIANT, OB OBJECT, AR ARRAY, SECRET VARCHAR, \"select\" VARCHAR, \"规模\" VARCHAR)",
            "INSERT INTO missing SELECT 1, 'b', 0.000000001, 0.1, 't', TRUE, '2024-01-01', '12:00:00', '2024-01-01', '2024-01-01 00:00:00 +0000', '2024-01-01 00:00:00 +0100', "
            + "TO_BINARY('00', 'HEX'), PARSE_JSON('1'), PARSE_JSON('{}')::OBJECT, PARSE_JSON('[]')::ARRAY, 'x', 's', '明细'");
        var pipeline = SyncWorld.Pipeline(p => p with
        {
            Name = "missing", Source = "SRC.PUBLIC.missing", Target = "public.\"Missing 表\"", Key = ["Key A", "b"], WatermarkColumn = "TN", Exclude = ["SECRET"],
        });

        var drift = Assert.IsType<DriftException>((await _world.SyncAsync(pipeline)).Error);
        await _world.TargetAsync(drift.Remedy);

        await _world.SyncExpectingAsync(RunStatus.Done, new RowCounts(1, 1, 0, 0, 0, 0), pipeline);
        Assert.Equal(
            ["1|b|0.000000001|0.1|t|true|2024-01-01|12:00:00|2024-01-01T00:00:00|2024-01-01T00:00:00+00:00|2023-12-31T23:00:00+00:00|\\x00|1|{}|[]|s|明细"],
            await _world.TargetRowsAsync("SELECT * FROM \"Missing 表\""));
    }

    [Fact]
    public async Task All_problems_are_told_at_once_and_all_remedies_together_repair_them()
    {
        var table = await NewTableAsync("many", "VARCHAR(20)", "'12345678901234567890'", "id bigint, v varchar(5), updated_at timestamp, must int NOT NULL");
        await _world.SourceAsync("ALTER TABLE many ADD COLUMN EXTRA DATE");

        var drift = await DriftOfAsync(table);

        Assert.Equal(4, drift.Message.Split("\n- ").Length - 1);
        await RepairedAsync(table, drift, "1|12345678901234567890");
    }

    // Row 1 with the given value.
    private async Task<ValueTable> NewTableAsync(string name, string type, string value, string columns)
    {
        var table = await ValueTable.CreateAsync(_world, name, type, "text");
        await _world.TargetAsync($"DROP TABLE {name}; CREATE TABLE {name} ({columns})");
        await _world.SourceAsync(SnowSql.Insert(name, [$"1, {value}::{type}, '2024-01-01'::TIMESTAMP_NTZ"]));
        return table;
    }

    // The refusal comes before anything is read or written.
    private async Task<DriftException> DriftOfAsync(ValueTable table)
    {
        var before = await _world.TargetRowsAsync($"SELECT id, updated_at FROM {table.Name}");
        var result = await table.SyncAsync();
        Assert.Equal((RunStatus.Failed, "ETL-DRIFT"), (result.Run.Status, result.Run.ErrorCode));
        Assert.Equal(default, result.Run.Counts);
        Assert.Equal(before, await _world.TargetRowsAsync($"SELECT id, updated_at FROM {table.Name}"));
        return Assert.IsType<DriftException>(result.Error);
    }

    private async Task RepairedAsync(ValueTable table, DriftException drift, string row)
    {
        await _world.TargetAsync(drift.Remedy);
        var result = await table.SyncAsync();
        Assert.True(result.Run.Status == RunStatus.Done, result.Error?.ToString());
        Assert.Equal([row], await table.RowsAsync());
    }
}
