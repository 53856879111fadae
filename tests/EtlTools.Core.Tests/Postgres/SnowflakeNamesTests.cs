using EtlTools.Core.Postgres;
using Xunit;

namespace EtlTools.Core.Tests.Postgres;

public sealed class SnowflakeNamesTests
{
    [Theory]
    [InlineData("customer_id", "CUSTOMER_ID")]
    [InlineData("_x1", "_X1")]
    [InlineData("select", "SELECT")]
    [InlineData("CustomerId", "CustomerId")]
    [InlineData("ID", "ID")]
    [InlineData("order no", "order no")]
    [InlineData("1st", "1st")]
    [InlineData("a$b", "a$b")]
    [InlineData("größe", "größe")]
    [InlineData("规模明细", "规模明细")]
    [InlineData("a\"b", "a\"b")]
    public void Plain_lower_case_names_fold_and_all_others_stay(string name, string expected) => Assert.Equal(expected, SnowflakeNames.Natural(name));

    [Fact]
    public void Two_columns_never_get_one_name() => Assert.Equal(["id", "ID", "NAME", "Name"], SnowflakeNames.Natural(["id", "ID", "name", "Name"]));

    [Theory]
    [InlineData("public", "orders", "public.orders")]
    [InlineData("public", "Order Items", "public.\"Order Items\"")]
    [InlineData("年金", "a.b\"c", "\"年金\".\"a.b\"\"c\"")]
    public void A_table_is_written_so_that_it_is_read_back(string schema, string table, string expected)
    {
        var name = new PostgresTableName(schema, table);
        Assert.Equal(expected, SnowflakeNames.Written(name));
        Assert.Equal(name, PostgresTableName.Parse(SnowflakeNames.Written(name)));
    }
}
