using System.Globalization;

namespace EtlTools.Sandbox.Samples;

/// <summary>Makes one work order from its row number.</summary>
internal static class WorkOrderBuilder
{
    private const int ClosedDate = 3, IssueType = 13, Text = 15, UpdatedAt = 16;

    private static readonly string[] Categories = ["M1", "M2", "Q1", "S3", "PM"];
    private static readonly string[] Countries = ["CN", "CN", "CN", "CN", "US", "US", "DE", "JP", "SG", "BR", "GB"];
    private static readonly string[] Materials = ["MRI-15T", "CT-64", "US-P5", "XR-DR2", "VENT-8", "INF-200", "MON-M7", "DEF-X1"];
    private static readonly string[] Level1 = ["HW", "SW", "ENV", "USE", "ACC"];
    private static readonly string[] Level2 = ["PWR", "IMG", "COOL", "MECH", "NET", "CAL", "UI"];

    /// <summary>The last three are in no documentation, as in real systems.</summary>
    private static readonly string[] IssueTypes =
        ["Complaint", "Service Request", "Preventive Maintenance", "Installation", "Field Action", "投诉", "pending_review", "X9", ""];

    public static WorkOrder Build(long seed, long row, DateTime updatedAt)
    {
        var random = new SampleRandom(seed, row);
        var opened = updatedAt.AddSeconds(-3600 - random.Below(90 * 86400)).AddMicroseconds(-random.Below(1_000_000));
        var assigned = opened.AddSeconds(random.Below(Math.Max(1, (int)(updatedAt - opened).TotalSeconds / 2)));
        var closed = assigned.AddSeconds(random.Below(Math.Max(1, (int)(updatedAt - assigned).TotalSeconds)));
        var country = random.Pick(Countries);
        var material = random.Pick(Materials);
        return new WorkOrder(
        [
            Id(row),
            random.PerMille(3) ? null : WorkOrder.Time(opened),
            random.PerMille(60) ? null : WorkOrder.Time(assigned),
            random.PerMille(250) ? null : WorkOrder.Time(closed),
            random.Pick(Categories),
            random.PerMille(20) ? null : Number("EQ-", random.Below(40_000), "D6"),
            country,
            random.PerMille(80) ? null : Number($"FL-{country}-", random.Below(3_000), "D4"),
            material,
            random.PerMille(30) ? null : Number("SN" + (char)('A' + random.Below(26)), random.Below(100_000_000), "D8"),
            random.PerMille(40) ? null : random.Pick(Level1),
            random.PerMille(120) ? null : random.Pick(Level2),
            random.PerMille(300) ? null : Number("T", random.Below(400), "D3"),
            random.PerMille(40) ? null : random.Pick(IssueTypes),
            WorkOrderText.Short(ref random, country, material),
            WorkOrderText.Long(ref random, country, material),
            WorkOrder.Time(updatedAt),
        ]);
    }

    /// <summary>A later version of row <paramref name="row"/>: closed, commented, or filed under another type; always different from the one before.</summary>
    public static WorkOrder Revise(long seed, long round, long row, int number, DateTime updatedAt)
    {
        var random = new SampleRandom(round, number);
        var values = Build(seed, row, updatedAt).Values;
        switch (random.Below(4))
        {
            case 0:
                values[ClosedDate] = values[ClosedDate] is null ? WorkOrder.Time(updatedAt.AddMinutes(-1)) : null;
                break;
            case 1:
                values[IssueType] = values[IssueType] == "Complaint" ? null : "Complaint";
                break;
        }

        values[Text] += WorkOrderText.FollowUp(ref random);
        values[UpdatedAt] = WorkOrder.Time(updatedAt);
        return new WorkOrder(values);
    }

    /// <summary>Ids are near, but not in, the order of change: shuffled within each 1024.</summary>
    public static string Id(long row) => Number("NT-", (row & ~1023L) + (((row * 389) + 17) & 1023), "D9");

    private static string Number(string prefix, long number, string format) => prefix + number.ToString(format, CultureInfo.InvariantCulture);
}
