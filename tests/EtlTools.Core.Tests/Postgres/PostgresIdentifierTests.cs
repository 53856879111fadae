using System.Text;
using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.Tests.Texts;
using Xunit;

namespace EtlTools.Core.Tests.Postgres;

public sealed class PostgresIdentifierTests
{
    [Fact]
    public void Any_quoted_pair_of_names_is_read_back_exactly()
    {
        var random = new Random(3);
        for (var round = 0; round < 5_000; round++)
        {
            var (schema, table) = (Name(random), Name(random));
            var parsed = PostgresTableName.Parse(new PostgresTableName(schema, table).ToSql());
            Assert.Equal((schema, table), (parsed.Schema, parsed.Table));
        }
    }

    [Theory]
    [InlineData("Orders", "public", "orders")]
    [InlineData("Sales.Orders", "sales", "orders")]
    [InlineData("\"Sales\".\"Or.ders\"", "Sales", "Or.ders")]
    [InlineData("规模.明细", "规模", "明细")]
    [InlineData("İ.É", "İ", "É")]
    [InlineData(" a ", "public", "a")]
    public void Plain_names_fold_as_PostgreSQL_folds_them(string text, string schema, string table) =>
        Assert.Equal(new PostgresTableName(schema, table), PostgresTableName.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a.")]
    [InlineData(".a")]
    [InlineData("a.b.c")]
    [InlineData("a b")]
    [InlineData("a;b")]
    [InlineData("1a")]
    [InlineData("\"a")]
    [InlineData("\"\"")]
    [InlineData("\"a\"b")]
    [InlineData("a-b")]
    [InlineData("a'b")]
    public void What_is_no_name_is_refused(string text) => Assert.Throws<ConfigurationException>(() => PostgresTableName.Parse(text));

    [Fact]
    public void Names_of_more_than_63_bytes_and_NUL_are_refused()
    {
        Assert.Equal($"\"{new string('中', 21)}\"", PostgresIdentifier.Quote(new string('中', 21)));
        Assert.Throws<ConfigurationException>(() => PostgresIdentifier.Quote(new string('中', 21) + "a"));
        Assert.Throws<ConfigurationException>(() => PostgresIdentifier.Quote("a\0b"));
        Assert.Throws<ConfigurationException>(() => PostgresIdentifier.Quote(""));
    }

    private static string Name(Random random)
    {
        while (true)
        {
            var name = RandomText.Next(random, 8);
            if (name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= PostgresIdentifier.MaxBytes) return name;
        }
    }
}
