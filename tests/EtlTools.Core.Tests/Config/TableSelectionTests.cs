using EtlTools.Core.Config;
using Xunit;

namespace EtlTools.Core.Tests.Config;

public sealed class TableSelectionTests
{
    private const string Yaml =
        """
        direction: snowflake_to_postgres
        tables:
          - { name: orders, source: DB.S.ORDERS, target: public.orders, pk: id }
          - { name: exact, source: 'DB.S."Orders"', target: 'public."Orders"', pk: id }
          - { name: plans, source: DB.S.年金计划号, target: public.规模明细, pk: id }
        """;

    [Theory]
    [InlineData("orders", "orders")]
    [InlineData("ORDERS", "orders")]
    [InlineData("db.s.orders", "orders")]
    [InlineData("public.\"Orders\"", "exact")]
    [InlineData("public.规模明细", "plans")]
    [InlineData("pl*", "plans")]
    [InlineData("*orders*", "orders")]
    [InlineData("*.S.*", "orders exact plans")]
    [InlineData("plans orders plans", "orders plans")]
    [InlineData("", "orders exact plans")]
    public void Tables_are_found_by_name_source_or_target_in_the_order_of_the_file(string patterns, string expected)
    {
        var configuration = ConfigurationFile.Parse(Yaml, "etl.yaml", new SyncSettings());

        var found = TableSelection.Select(configuration, patterns.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(expected, string.Join(' ', found.Select(p => p.Name)));
    }
}
