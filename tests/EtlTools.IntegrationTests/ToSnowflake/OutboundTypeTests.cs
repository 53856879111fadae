using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.Core.Sync;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.ToSnowflake;

/// <summary>Every PostgreSQL value arrives in Snowflake exactly as it is, or is put aside.</summary>
[Collection(SyncCollection.Name)]
public sealed class OutboundTypeTests(SharedWorld shared) : IClassFixture<SharedWorld>
{
    private const string Ntz = "TO_VARCHAR(V, 'YYYY-MM-DD HH24:MI:SS.FF6')";
    private const string Tz = "TO_VARCHAR(CONVERT_TIMEZONE('UTC', V), 'YYYY-MM-DD HH24:MI:SS.FF6')";

    /// <summary>Source type, SQL value, target type, how it is read back, what must be read; null when the row must be put aside.</summary>
    public static TheoryData<string, string, string, string, string?> Values => new()
    {
        { "smallint", "-32768", "NUMBER(5,0)", "V", "-32768" },
        { "bigint", "9223372036854775807", "NUMBER(38,0)", "V", "9223372036854775807" },
        { "bigint", "-9223372036854775808", "NUMBER(19,0)", "V", "-9223372036854775808" },
        { "numeric(38,0)", "99999999999999999999999999999999999999", "NUMBER(38,0)", "V", "99999999999999999999999999999999999999" },
        { "numeric(38,37)", "-0.0000000000000000000000000000000000001", "NUMBER(38,37)", "V", "-0.0000000000000000000000000000000000001" },
        { "numeric(10,2)", "-0.01", "NUMBER(12,4)", "V", "-0.0100" },
        { "numeric", "12345678901234567890.123456789", "NUMBER(38,9)", "V", "12345678901234567890.123456789" },
        { "numeric", "1.50", "NUMBER(10,1)", "V", "1.5" },
        { "numeric", "1.05", "NUMBER(10,1)", "V", null },
        { "numeric", "'NaN'", "NUMBER(38,0)", "V", null },
        { "numeric", "'Infinity'", "NUMBER(38,0)", "V", null },
        { "numeric", "1e38", "NUMBER(38,0)", "V", null },
        { "double precision", "1.7976931348623157e308", "FLOAT", "V = 1.7976931348623157e308", "true" },
        { "double precision", "5e-324", "FLOAT", "V = 5e-324::FLOAT", "true" },
        { "double precision", "0.1", "FLOAT", "V = 0.1::FLOAT", "true" },
        { "double precision", "'NaN'", "FLOAT", "TO_VARCHAR(V)", "NaN" },
        { "double precision", "'Infinity'", "FLOAT", "TO_VARCHAR(V)", "inf" },
        { "double precision", "'-Infinity'", "FLOAT", "TO_VARCHAR(V)", "-inf" },
        { "real", "16777216", "FLOAT", "V = 16777216", "true" },
        { "boolean", "true", "BOOLEAN", "V", "true" },
        { "boolean", "false", "BOOLEAN", "V", "false" },
        { "date", "'0001-01-01'", "DATE", "V", "0001-01-01" },
        { "date", "'9999-12-31'", "DATE", "V", "9999-12-31" },
        { "date", "'2024-02-29'", "DATE", "V", "2024-02-29" },
        { "date", "'infinity'", "DATE", "V", null },
        { "date", "'0044-03-15 BC'", "DATE", "V", null },
        { "date", "'10000-01-01'", "DATE", "V", null },
        { "date", "'2024-02-29'", "TIMESTAMP_NTZ(6)", Ntz, "2024-02-29 00:00:00.000000" },
        { "time", "'23:59:59.999999'", "TIME(6)", "TO_VARCHAR(V, 'HH24:MI:SS.FF6')", "23:59:59.999999" },
        { "time", "'00:00:00'", "TIME(9)", "TO_VARCHAR(V, 'HH24:MI:SS.FF6')", "00:00:00.000000" },
        { "time", "'24:00:00'", "TIME(6)", "V", null },
        { "timestamp", "'1969-12-31 23:59:59.999999'", "TIMESTAMP_NTZ(6)", Ntz, "1969-12-31 23:59:59.999999" },
        { "timestamp", "'0001-01-01 00:00:00.000001'", "TIMESTAMP_NTZ(9)", Ntz, "0001-01-01 00:00:00.000001" },
        { "timestamp", "'9999-12-31 23:59:59.999999'", "TIMESTAMP_NTZ(6)", Ntz, "9999-12-31 23:59:59.999999" },
        { "timestamp", "'2024-03-31 02:30:00'", "TIMESTAMP_NTZ(6)", Ntz, "2024-03-31 02:30:00.000000" },
        { "timestamp", "'infinity'", "TIMESTAMP_NTZ(6)", Ntz, null },
        { "timestamp", "'0044-03-15 12:00:00 BC'", "TIMESTAMP_NTZ(6)", Ntz, null },
        { "timestamp", "'12024-01-01 00:00:00'", "TIMESTAMP_NTZ(6)", Ntz, null },
        { "timestamptz", "'2024-01-01 05:30:00+05:30'", "TIMESTAMP_TZ(6)", Tz, "2024-01-01 00:00:00.000000" },
        { "timestamptz", "'1969-12-31 23:59:59.999999-03:30'", "TIMESTAMP_LTZ(6)", Tz, "1970-01-01 03:29:59.999999" },
        { "timestamptz", "'2024-01-01 12:00:00.5+00'", "TIMESTAMP_NTZ(6)", Ntz, "2024-01-01 12:00:00.500000" },
        { "timestamptz", "'-infinity'", "TIMESTAMP_TZ(6)", Tz, null },
        { "bytea", @"'\x00ff0a5c22'", "BINARY", "TO_VARCHAR(V, 'HEX')", "00FF0A5C22" },
        { "bytea", "''", "BINARY", "TO_VARCHAR(V, 'HEX')", "" },
        { "jsonb", """'{"a": [1, null, {"b": "x\"y"}]}'""", "VARIANT", "V:a[2].b::VARCHAR", "x\"y" },
        { "jsonb", "'null'", "VARIANT", "IS_NULL_VALUE(V)", "true" },
        { "json", "'[]'", "ARRAY", "ARRAY_SIZE(V)", "0" },
        { "json", "'{}'", "ARRAY", "V", null },
        { "integer[]", "ARRAY[1, NULL, 3]", "VARIANT", "V[2]::VARCHAR", "3" },
        { "text", "''", "VARCHAR", "V", "" },
        { "text", "NULL", "VARCHAR", "V", "~" },
        { "text", @"E'\\N'", "VARCHAR", "V", @"\N" },
        { "text", @"E'a\tb\nc\rd\\e''f""g,h'", "VARCHAR", "V", "a\tb\nc\rd\\e'f\"g,h" },
        { "text", "'\"'", "VARCHAR", "V", "\"" },
        { "text", "' spaces '", "VARCHAR", "V", " spaces " },
        { "text", "'规模明细 😀 é'", "VARCHAR(9)", "V", "规模明细 😀 é" },
        { "text", "'abcdef'", "VARCHAR(5)", "V", null },
        { "text", "'NULL'", "VARCHAR", "V", "NULL" },
        { "char(4)", "'ab'", "VARCHAR", "V", "ab  " },
        { "uuid", "'6b0f6a53-5c0f-4a0e-9d56-6b0c3f8e9f1d'", "VARCHAR(36)", "V", "6b0f6a53-5c0f-4a0e-9d56-6b0c3f8e9f1d" },
        { "interval", "'1 day 02:03:04.5'", "VARCHAR", "V", "P1DT2H3M4.5S" },
        { "inet", "'::1'", "VARCHAR", "V", "::1" },
        { "bit(3)", "B'101'", "VARCHAR", "V", "101" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public Task A_value_arrives_exactly_or_is_put_aside(string type, string value, string target, string read, string? expected) =>
        ArrivesAsync(OutboundWorld.ByFiles, type, value, target, read, expected);

    [Theory]
    [MemberData(nameof(Values))]
    public Task A_value_arrives_exactly_or_is_put_aside_by_Parquet_too(string type, string value, string target, string read, string? expected) =>
        ArrivesAsync(OutboundWorld.ByFiles with { Format = StageFileFormat.Parquet }, type, value, target, read, expected);

    [Theory]
    [MemberData(nameof(Values))]
    public Task A_value_arrives_exactly_or_is_put_aside_without_a_file_too(string type, string value, string target, string read, string? expected) =>
        ArrivesAsync(StageFiles.Default, type, value, target, read, expected);

    private async Task ArrivesAsync(StageFiles files, string type, string value, string target, string read, string? expected)
    {
        var world = shared.World;
        var name = "t" + Guid.NewGuid().ToString("N")[..10];
        var pipeline = OutboundWorld.Pipeline(p => p with { Name = name, Source = $"public.{name}", Target = $"SRC.PUBLIC.{name}", Files = files });
        await world.TargetAsync($"CREATE TABLE {name} (id int PRIMARY KEY, v {type}, updated_at timestamptz); INSERT INTO {name} VALUES (1, {value}, now() - interval '1 minute')");
        await world.SourceAsync($"CREATE TABLE {name} (ID NUMBER(38,0), V {target}, UPDATED_AT TIMESTAMP_TZ(6))");

        var status = expected is null ? RunStatus.Quarantined : RunStatus.Done;
        await world.SyncOutAsync(status, expected is null ? new RowCounts(1, 0, 0, 0, 0, 1) : new RowCounts(1, 1, 0, 0, 0, 0), pipeline);

        Assert.Equal(expected is null ? [] : [expected], await world.SourceRowsAsync($"SELECT {read} FROM {name}"));
        if (expected is null) Assert.Equal(["V"], await world.TargetRowsAsync($"SELECT column_name FROM etl.quarantine WHERE pipeline = '{name}' AND status = 'open'"));
        // What has arrived is the same when it is read again: nothing is written twice.
        else await world.SyncOutAsync(RunStatus.Done, new RowCounts(1, 0, 0, 1, 0, 0), pipeline, new SyncOptions { Mode = SyncMode.Full });
    }
}
