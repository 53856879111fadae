using System.Globalization;
using EtlTools.Core.Errors;
using EtlTools.Core.Snowflake;
using Xunit;

namespace EtlTools.Core.Tests.Snowflake;

public sealed class SnowflakeIdentifierTests
{
    [Theory]
    [InlineData("orders", "ORDERS")]
    [InlineData("Orders_2$", "ORDERS_2$")]
    [InlineData("_x", "_X")]
    [InlineData("\"Orders\"", "Orders")]
    [InlineData("\"a.b\"", "a.b")]
    [InlineData("\"say \"\"hi\"\"\"", "say \"hi\"")]
    [InlineData("规模明细", "规模明细")]
    [InlineData("年金计划号", "年金计划号")]
    [InlineData("straße", "straße")]
    [InlineData("Größe1", "Größe1")]
    [InlineData("𠮷野", "𠮷野")]
    [InlineData("title", "TITLE")]
    public void Folds_as_Snowflake_does(string written, string stored) => Assert.Equal(stored, SnowflakeIdentifier.Parse(written).Name);

    [Fact]
    public void Folding_does_not_depend_on_the_culture()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("tr-TR");
        try
        {
            Assert.Equal("TITLE", SnowflakeIdentifier.Parse("title").Name);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("", "'' is not a Snowflake name: a part is empty.")]
    [InlineData("a..b", "'a..b' is not a Snowflake name: a part is empty.")]
    [InlineData("a.", "'a.' is not a Snowflake name: a part is empty.")]
    [InlineData("1a", "'1a' is not a Snowflake name: unexpected '1' at position 1.")]
    [InlineData("a b", "'a b' is not a Snowflake name: unexpected ' ' at position 2.")]
    [InlineData("a;drop", "'a;drop' is not a Snowflake name: unexpected ';' at position 2.")]
    [InlineData("a-b", "'a-b' is not a Snowflake name: unexpected '-' at position 2.")]
    [InlineData("\"a", "'\"a' is not a Snowflake name: the closing double quote is missing.")]
    [InlineData("\"a\"b", "'\"a\"b' is not a Snowflake name: unexpected 'b' at position 4.")]
    [InlineData("\"\"", "A Snowflake name has an empty part.")]
    [InlineData("a.b.c.d", "'a.b.c.d' is not a Snowflake table: it has more than database, schema and table.")]
    [InlineData("t", "The Snowflake table 't' has no database.")]
    [InlineData("s.t", "The Snowflake table 's.t' has no database.")]
    public void Refuses_what_is_not_a_table_name(string written, string message) =>
        Assert.Equal(message, Assert.Throws<ConfigurationException>(() => SnowflakeTableName.Parse(written)).Message);

    [Fact]
    public void Names_may_have_255_characters_and_no_more()
    {
        Assert.Equal(255, SnowflakeIdentifier.Parse(new string('a', 255)).Name.Length);
        var thrown = Assert.Throws<ConfigurationException>(() => SnowflakeIdentifier.Parse(new string('a', 256)));
        Assert.EndsWith("has 256 characters; at most 255 are possible.", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_parts_are_completed_and_equal_names_are_equal()
    {
        Assert.Equal("\"DB\".\"S\".\"T\"", SnowflakeTableName.Parse("t", "db", "s").ToSql());
        Assert.Equal("\"my db\".\"X\".\"T\"", SnowflakeTableName.Parse("x.t", "\"my db\"", "s").ToSql());
        Assert.Equal("\"A\".\"B\".\"C d\"", SnowflakeTableName.Parse("a.b.\"C d\"", "db", "s").ToSql());
        Assert.Equal(SnowflakeTableName.Parse("A.B.C"), SnowflakeTableName.Parse("a.\"B\".c"));
        Assert.NotEqual(SnowflakeTableName.Parse("a.b.c"), SnowflakeTableName.Parse("a.b.\"c\""));
    }

    [Fact]
    public void What_is_quoted_is_read_back()
    {
        var random = new Random(42);
        const string alphabet = "aZ_0$.\"' \\;-名é\n\t";
        for (var i = 0; i < 5_000; i++)
        {
            var name = string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => alphabet[random.Next(alphabet.Length)]));
            var identifier = SnowflakeIdentifier.Of(name);
            Assert.Equal(identifier, SnowflakeIdentifier.Parse(identifier.ToSql()));
            var table = new SnowflakeTableName(identifier, SnowflakeIdentifier.Of("x"), identifier);
            Assert.Equal(table, SnowflakeTableName.Parse(table.ToSql()));
        }
    }

    [Theory]
    [InlineData("plain", "'plain'")]
    [InlineData("it's", "'it''s'")]
    [InlineData("a\\' OR 1=1", "'a\\\\'' OR 1=1'")]
    public void Literals_double_quotes_and_backslashes(string value, string sql) => Assert.Equal(sql, SnowflakeLiteral.Text(value));
}
