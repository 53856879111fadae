namespace EtlTools.Sandbox.Samples;

/// <summary>
/// Generated work orders on medical devices, as field service writes them: Chinese and English, incomplete, with characters that
/// careless tools break. The same arguments give the same rows on every machine; rows stream, so any number fits.
/// </summary>
public static class WorkOrders
{
    /// <summary>Name of the table at the source.</summary>
    public const string Table = "NOTIFICATION_TEXT";

    /// <summary>Columns in the order of <see cref="WorkOrder.Values"/>; the first is the key, the last the cursor.</summary>
    public static IReadOnlyList<SampleColumn> Columns { get; } =
    [
        new("NOTIFICATION_ID", "VARCHAR", "text", Nullable: false),
        new("NOTI_DATE", "TIMESTAMP_NTZ", "timestamp"),
        new("NOTI_ASSIGNED_DATE", "TIMESTAMP_NTZ", "timestamp"),
        new("NOTI_CLOSED_DATE", "TIMESTAMP_NTZ", "timestamp"),
        new("NOTI_CATEGORY_ID", "VARCHAR", "text"),
        new("SYS_EQ_ID", "VARCHAR", "text"),
        new("NOTI_COUNTRY_ID", "VARCHAR", "text"),
        new("SYS_FL_ID", "VARCHAR", "text"),
        new("SYS_MAT_ID", "VARCHAR", "text"),
        new("SYS_SERIAL_ID", "VARCHAR", "text"),
        new("NOTI_TRENDCODE_L1", "VARCHAR", "text"),
        new("NOTI_TRENDCODE_L2", "VARCHAR", "text"),
        new("NOTI_TRENDCODE_L3", "VARCHAR", "text"),
        new("NOTI_ISSUE_TYPE", "VARCHAR", "text"),
        new("NOTI_MEDIUM_TEXT", "VARCHAR", "text"),
        new("NOTI_TEXT", "VARCHAR", "text"),
        new("UPDATED_AT", "TIMESTAMP_NTZ", "timestamp", Nullable: false),
    ];

    /// <summary>The first <paramref name="count"/> work orders, in the order in which they changed.</summary>
    /// <param name="seed">Another seed gives other rows.</param>
    /// <param name="count">How many rows; at least 0.</param>
    /// <param name="now">All changes are at least an hour before it, and at most 400 days.</param>
    public static IEnumerable<WorkOrder> Generate(long seed, long count, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var times = ChangeTimes.Until(seed, count, now);
        return Rows();

        IEnumerable<WorkOrder> Rows()
        {
            for (long row = 0; row < count; row++)
                yield return WorkOrderBuilder.Build(seed, row, times.At(row));
        }
    }

    /// <summary>What happens at the source afterwards: changed versions of existing rows and new rows, in the order in which they changed.</summary>
    /// <param name="seed">The seed of the existing rows.</param>
    /// <param name="existing">How many rows there are: generated plus added before.</param>
    /// <param name="changed">How many different rows change; at most <paramref name="existing"/>.</param>
    /// <param name="added">How many rows are new.</param>
    /// <param name="after">Every change is later than this; calls with another value choose other rows.</param>
    /// <param name="now">Every change is earlier than this.</param>
    public static IEnumerable<WorkOrder> Change(long seed, long existing, int changed, int added, DateTimeOffset after, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(changed);
        ArgumentOutOfRangeException.ThrowIfNegative(added);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(changed, existing);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(after, now);
        var round = seed ^ after.UtcTicks;
        var total = changed + added;
        var times = ChangeTimes.Between(round, total, after, now);
        return Rows();

        IEnumerable<WorkOrder> Rows()
        {
            var random = new SampleRandom(round, -1);
            var first = existing == 0 ? 0 : random.Below(existing);
            var (changes, additions) = (0, 0);
            for (var n = 0; n < total; n++)
            {
                // New and changed rows alternate in proportion.
                if ((long)(n + 1) * added / total > additions)
                    yield return WorkOrderBuilder.Build(seed, existing + additions++, times.At(n));
                else
                    yield return WorkOrderBuilder.Revise(seed, round, (first + (existing * changes / changed)) % existing, changes++, times.At(n));
            }
        }
    }
}
