using EtlTools.Core.Snowflake;
using Xunit;

namespace EtlTools.Core.Tests.Snowflake;

public sealed class StatementClockTests
{
    [Theory]
    [InlineData("SELECT 1", "SELECT 1")]
    [InlineData("SELECT\n    a,\n\tb  FROM t\n", "SELECT a, b FROM t")]
    [InlineData("SELECT * FROM t WHERE name = 'O''Neil, 5 Main St' AND x = 'a\\'b'", "SELECT * FROM t WHERE name = '…' AND x = '…'")]
    [InlineData("SELECT $$it's\nsecret$$, 'b'", "SELECT '…', '…'")]
    [InlineData("PUT 'file:///tmp/a.csv.gz' '@~/x' OVERWRITE=TRUE", "PUT '…' '…' OVERWRITE=TRUE")]
    [InlineData("SELECT 'never closed", "SELECT '…'")]
    public void No_literal_is_shown(string sql, string shape) => Assert.Equal(shape, StatementClock.Shape(sql));

    [Fact]
    public void A_long_statement_is_cut()
    {
        var shape = StatementClock.Shape("SELECT " + string.Join(", ", Enumerable.Range(1, 500).Select(i => $"C{i}")));

        Assert.Equal(301, shape.Length);
        Assert.StartsWith("SELECT C1, C2, ", shape, StringComparison.Ordinal);
        Assert.EndsWith("…", shape, StringComparison.Ordinal);
    }
}
