using EtlTools.Core.State;

namespace EtlTools.Core.Backfill;

/// <summary>Into how many partitions a backfill is cut when nobody says.</summary>
internal static class PartitionCount
{
    private const long RowsStreamed = 100_000;
    private const long RowsUnloaded = 250_000;

    // Below so many rows a worker, a second partition costs more than it gains.
    private const long RowsWorthAPartition = 20_000;

    // A source that is not clustered by its cursor is read whole for each range of it. So from so many partitions on they become larger
    // rather than more, until the result of one would be read for hours, which is as long as its session may last.
    private const int Enough = 16;
    private const long MostRows = 5_000_000;
    private const int Most = 1000;

    /// <summary>How many.</summary>
    /// <param name="rows">Rows of the source's range.</param>
    /// <param name="method">A word of <see cref="BackfillMethod"/>.</param>
    /// <param name="workers">Workers of the process that plans.</param>
    public static int Of(long rows, string method, int workers)
    {
        var each = Math.Clamp(rows / Enough, method == BackfillMethod.Unload ? RowsUnloaded : RowsStreamed, MostRows);
        // Small tables are not cut into crumbs; larger ones give each worker two parts at least, so that all end at about the same time.
        var least = rows < workers * RowsWorthAPartition ? 1 : workers * 2;
        return (int)Math.Clamp((rows + each - 1) / each, least, Math.Max(least, Most));
    }
}
