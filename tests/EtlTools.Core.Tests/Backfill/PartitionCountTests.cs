using EtlTools.Core.Backfill;
using Xunit;

namespace EtlTools.Core.Tests.Backfill;

public sealed class PartitionCountTests
{
    [Theory]
    [InlineData(0, "stream", 4, 1)]
    [InlineData(39_999, "stream", 2, 1)]
    [InlineData(40_000, "stream", 2, 4)]
    [InlineData(400_001, "stream", 2, 5)]
    [InlineData(1_000_000, "stream", 2, 10)]
    [InlineData(1_000_000, "unload", 1, 4)]
    [InlineData(1_000_000, "unload", 4, 8)]
    [InlineData(5_000_000, "stream", 2, 16)]
    [InlineData(80_000_000, "unload", 4, 16)]
    [InlineData(80_000_000, "stream", 20, 40)]
    [InlineData(100_000_000, "stream", 2, 20)]
    [InlineData(9_000_000_000_000, "stream", 2, 1000)]
    public void Larger_tables_are_cut_into_more_parts_then_into_larger_ones_and_then_into_more_again(long rows, string method, int workers, int expected) =>
        Assert.Equal(expected, PartitionCount.Of(rows, method, workers));
}
