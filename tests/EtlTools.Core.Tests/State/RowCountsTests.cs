using EtlTools.Core.Errors;
using EtlTools.Core.State;
using Xunit;

namespace EtlTools.Core.Tests.State;

public sealed class RowCountsTests
{
    [Fact]
    public void Parts_add_up_to_the_whole()
    {
        var sum = new RowCounts(15, 1, 2, 3, 4, 5) + new RowCounts(150, 10, 20, 30, 40, 50);
        Assert.Equal(new RowCounts(165, 11, 22, 33, 44, 55), sum);
        Assert.Equal(165, sum.Accounted);
        sum.EnsureAddsUp("t");
    }

    [Theory]
    [InlineData(14, 1, 2, 3, 4, 5)]
    [InlineData(16, 1, 2, 3, 4, 5)]
    [InlineData(1, 2, -1, 0, 0, 0)]
    [InlineData(0, 0, 0, 0, 1, -1)]
    public void Figures_that_do_not_add_up_are_told_with_the_place(long read, long inserted, long updated, long unchanged, long superseded, long quarantined)
    {
        var failure = Assert.Throws<IntegrityException>(() => new RowCounts(read, inserted, updated, unchanged, superseded, quarantined).EnsureAddsUp("orders, batch 7"));
        Assert.StartsWith("orders, batch 7: ", failure.Message, StringComparison.Ordinal);
    }
}
