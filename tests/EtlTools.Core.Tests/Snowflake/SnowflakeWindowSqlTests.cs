using EtlTools.Core.Config;
using EtlTools.Core.Snowflake;
using EtlTools.Core.Tests.Texts;
using Xunit;

namespace EtlTools.Core.Tests.Snowflake;

public sealed class SnowflakeWindowSqlTests
{
    [Theory]
    [InlineData("timestamp_ntz", "TIMESTAMP_NTZ", "UTC")]
    [InlineData("timestamp_ntz_zone", "TIMESTAMP_NTZ", "Asia/Shanghai")]
    [InlineData("timestamp_ltz", "TIMESTAMP_LTZ", "UTC")]
    [InlineData("timestamp_tz", "TIMESTAMP_TZ", "UTC")]
    [InlineData("date", "DATE", "UTC")]
    [InlineData("number", "NUMBER", "UTC")]
    [InlineData("text", "TEXT", "UTC")]
    public void The_statements_of_a_window_are_as_approved(string file, string type, string zone)
    {
        var column = new SnowflakeColumn("UPDATED \"AT\"", SnowflakeType.FromCatalog(type, 100, 38, 2, 9), true, 3);
        var cursor = new SnowflakeCursor(column, zone);
        var sql = new SnowflakeWindowSql(SnowflakeTableName.Parse("DB.PUBLIC.\"规模 明细\""), cursor, new CursorDistance(TimeSpan.FromMinutes(90), 2.5m), TimeSpan.FromSeconds(30));
        var full = new SnowflakeFullSql(SnowflakeTableName.Parse("DB.PUBLIC.T"), cursor);
        string[] projections = ["TO_VARCHAR(\"ID\")", cursor.ToText(cursor.Sql)];
        string[] key = ["\"ID\"", cursor.Sql];
        ApprovedText.Check($"sql/window_{file}.sql", string.Join(";\n", new[]
        {
            sql.Bounds(false), sql.Bounds(true), sql.Distribution(false, 86_400 * 365), sql.Distribution(true, 50_000), sql.Read(projections, key, WindowLow.Open),
            sql.Read(projections, key, WindowLow.LessLookback), sql.Read(projections, key, WindowLow.From), sql.Read(projections, key, WindowLow.After), sql.ReadNullCursors(projections, key), full.Bounds(TimeSpan.FromSeconds(30)), full.Read(projections),
        }) + ";\n");
    }

    [Fact]
    public void Without_a_cursor_all_rows_are_counted_and_read() => Assert.Equal(
        ("SELECT COUNT(*), NULL FROM \"D\".\"S\".\"T\"", "SELECT \"A\" FROM \"D\".\"S\".\"T\""),
        (new SnowflakeFullSql(SnowflakeTableName.Parse("D.S.T"), null).Bounds(TimeSpan.Zero), new SnowflakeFullSql(SnowflakeTableName.Parse("D.S.T"), null).Read(["\"A\""])));
}
