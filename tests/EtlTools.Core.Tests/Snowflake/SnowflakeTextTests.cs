using EtlTools.Core.Errors;
using EtlTools.Core.Snowflake;
using Xunit;

namespace EtlTools.Core.Tests.Snowflake;

public sealed class SnowflakeTextTests
{
    [Theory]
    [InlineData("NUMBER", "TO_VARCHAR(\"C\")", "TO_NUMBER(?, 38, 4)")]
    [InlineData("FLOAT", "TO_VARCHAR(\"C\", 'TME')", "TO_DOUBLE(?)")]
    [InlineData("TEXT", "\"C\"", "?")]
    [InlineData("BOOLEAN", "TO_VARCHAR(\"C\")", "TO_BOOLEAN(?)")]
    [InlineData("DATE", "TO_VARCHAR(\"C\", 'YYYY-MM-DD')", "TO_DATE(?, 'YYYY-MM-DD')")]
    [InlineData("TIME", "TO_VARCHAR(\"C\", 'HH24:MI:SS.FF9')", "TO_TIME(?, 'HH24:MI:SS.FF9')")]
    [InlineData("TIMESTAMP_NTZ", "TO_VARCHAR(\"C\", 'YYYY-MM-DD\"T\"HH24:MI:SS.FF9')", "TO_TIMESTAMP_NTZ(?, 'YYYY-MM-DD\"T\"HH24:MI:SS.FF9')")]
    [InlineData("TIMESTAMP_LTZ", "TO_VARCHAR(\"C\", 'YYYY-MM-DD\"T\"HH24:MI:SS.FF9TZH:TZM')", "TO_TIMESTAMP_LTZ(?, 'YYYY-MM-DD\"T\"HH24:MI:SS.FF9TZH:TZM')")]
    [InlineData("TIMESTAMP_TZ", "TO_VARCHAR(\"C\", 'YYYY-MM-DD\"T\"HH24:MI:SS.FF9TZH:TZM')", "TO_TIMESTAMP_TZ(?, 'YYYY-MM-DD\"T\"HH24:MI:SS.FF9TZH:TZM')")]
    [InlineData("BINARY", "TO_VARCHAR(\"C\", 'HEX')", "TO_BINARY(?, 'HEX')")]
    public void Each_type_has_its_text_and_the_way_back(string type, string select, string bind)
    {
        var column = Column("C", type);
        Assert.Equal(select, SnowflakeText.Select(column));
        Assert.Equal(bind, SnowflakeText.Bind(column));
    }

    [Theory]
    [InlineData("VARIANT")]
    [InlineData("OBJECT")]
    [InlineData("ARRAY")]
    public void Documents_are_read_as_JSON_and_cannot_be_keys(string type)
    {
        Assert.Equal("TO_JSON(\"C\")", SnowflakeText.Select(Column("C", type)));
        Assert.Equal($"Column \"C\" of type {type} cannot be a key or watermark column.", Assert.Throws<DriftException>(() => SnowflakeText.Bind(Column("C", type))).Message);
    }

    [Fact]
    public void Names_are_quoted_and_an_alias_goes_in_front() =>
        Assert.Equal("TO_VARCHAR(s.\"规模 \"\"x\"\"\")", SnowflakeText.Select(Column("规模 \"x\"", "NUMBER"), "s"));

    [Theory]
    [InlineData("GEOGRAPHY")]
    [InlineData("VECTOR")]
    [InlineData("DECFLOAT")]
    public void A_type_that_is_not_carried_is_refused_with_the_way_out(string type)
    {
        var thrown = Assert.Throws<DriftException>(() => SnowflakeText.Select(Column("G", type)));
        Assert.Equal($"Column \"G\" has the type {type}, which is not carried.", thrown.Message);
        Assert.Equal("Leave it out with exclude: ['G'], or read from a view that casts it.", thrown.Remedy);
    }

    [Theory]
    [InlineData("NUMBER", "NUMBER(10,4)")]
    [InlineData("TEXT", "VARCHAR(20)")]
    [InlineData("BINARY", "BINARY(20)")]
    [InlineData("TIME", "TIME(6)")]
    [InlineData("TIMESTAMP_NTZ", "TIMESTAMP_NTZ(6)")]
    [InlineData("FLOAT", "FLOAT")]
    [InlineData("VARIANT", "VARIANT")]
    [InlineData("GEOGRAPHY", "GEOGRAPHY")]
    public void A_catalog_row_becomes_a_type_as_in_DDL(string dataType, string sql) =>
        Assert.Equal(sql, SnowflakeType.FromCatalog(dataType, 20, 10, 4, 6).ToSql());

    [Fact]
    public void Columns_are_found_exactly_or_by_the_only_name_in_other_case()
    {
        var table = new SnowflakeTable(SnowflakeTableName.Parse("a.b.c"), [Column("ID", "TEXT"), Column("Name", "TEXT"), Column("NAME", "TEXT")]);
        Assert.Equal("ID", table.Find("id")?.Name);
        Assert.Equal("Name", table.Find("Name")?.Name);
        Assert.Null(table.Find("name"));
        Assert.Null(table.Find("other"));
    }

    [Fact]
    public void A_missing_table_is_reported_with_what_is_there_instead()
    {
        var thrown = SnowflakeCatalog.NotFound(SnowflakeTableName.Parse("DB.S.ORDERS"), [("OTHER", "ORDERS"), ("S", "orders"), ("S", "ORDER"), ("S", "CUSTOMERS")]);
        Assert.Equal("Snowflake has no table \"DB\".\"S\".\"ORDERS\" that this role may see. There is \"DB\".\"OTHER\".\"ORDERS\", \"DB\".\"S\".\"orders\".", thrown.Message);
        Assert.Equal(
            "Snowflake has no table \"DB\".\"S\".\"ORDRES\" that this role may see. There is \"DB\".\"S\".\"ORDERS\".",
            SnowflakeCatalog.NotFound(SnowflakeTableName.Parse("DB.S.ORDRES"), [("S", "ORDERS")]).Message);
        Assert.Equal("Snowflake has no table \"DB\".\"S\".\"X\" that this role may see.", SnowflakeCatalog.NotFound(SnowflakeTableName.Parse("DB.S.X"), []).Message);
    }

    private static SnowflakeColumn Column(string name, string type) => new(name, SnowflakeType.FromCatalog(type, 20, 10, 4, 6), true, 1);
}
