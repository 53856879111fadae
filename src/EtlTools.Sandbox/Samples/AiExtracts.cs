using System.Globalization;

namespace EtlTools.Sandbox.Samples;

/// <summary>Rows of AI_EXTRACTED_DATA for a share of the work orders: children by foreign key. Invented, not the output of any model.</summary>
public static class AiExtracts
{
    /// <summary>Name of the table at the source.</summary>
    public const string Table = "AI_EXTRACTED_DATA";

    private static readonly string[] Modules = ["power", "imaging", "cooling", "patient table", "user interface", "network", "电源模块", "成像模块"];
    private static readonly string[] Components = ["supply board", "detector", "cold head", "drive belt", "touch panel", "switch", "传感器", "连接器"];
    private static readonly string[] Faults = ["no output", "artefact", "leak", "blocked", "no reaction", "timeout", "接触不良"];
    private static readonly string[] Processes = ["start-up", "scan", "idle", "transport", "calibration"];
    private static readonly string[] Causes = ["wear", "loose contact", "firmware defect", "operator error", "unknown", "老化"];
    private static readonly string[] Steps = ["inspect", "replace part", "recalibrate", "update firmware", "检查线路", "function test"];

    /// <summary>Columns in the order of the values; the first is key and foreign key, the last the cursor.</summary>
    public static IReadOnlyList<SampleColumn> Columns { get; } =
    [
        new("NOTIFICATION_ID", "VARCHAR", "text", Nullable: false),
        new("MODULES_AI", "VARCHAR", "text"),
        new("COMPONENT_AI", "VARCHAR", "text"),
        new("FAULT_AI", "VARCHAR", "text"),
        new("PROCESS_AI", "VARCHAR", "text"),
        new("CAUSE_AI", "VARCHAR", "text"),
        new("RESOLUTION_AI", "VARIANT", "jsonb"),
        new("SUMMARY", "VARCHAR", "text"),
        new("CONFIDENCE_SCORE", "NUMBER(5,4)", "numeric(5,4)"),
        new("MODEL_VERSION", "VARCHAR", "text"),
        new("UPDATED_AT", "TIMESTAMP_NTZ", "timestamp", Nullable: false),
    ];

    /// <summary>Rows for some of the first <paramref name="count"/> work orders of the same seed, in the order in which they changed.</summary>
    /// <param name="seed">The seed of the work orders.</param>
    /// <param name="count">How many work orders there are.</param>
    /// <param name="share">Which share of them has a row, 0 to 1.</param>
    /// <param name="now">As for the work orders; each row is some minutes later than its parent, and before <paramref name="now"/>.</param>
    public static IEnumerable<string?[]> Generate(long seed, long count, double share, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        var times = ChangeTimes.Until(seed, count, now);
        return Rows();

        IEnumerable<string?[]> Rows()
        {
            for (long row = 0; row < count; row++)
            {
                var random = new SampleRandom(~seed, row);
                if (random.Below(1_000_000) < share * 1_000_000)
                    yield return Build(ref random, row, times.At(row).AddMinutes(10));
            }
        }
    }

    private static string?[] Build(ref SampleRandom random, long row, DateTime updatedAt)
    {
        var (component, fault, cause) = (random.Pick(Components), random.Pick(Faults), random.Pick(Causes));
        return
        [
            WorkOrderBuilder.Id(row),
            random.Pick(Modules),
            component,
            fault,
            random.PerMille(150) ? null : random.Pick(Processes),
            random.PerMille(100) ? null : cause,
            $$"""[{"step": 1, "action": "{{random.Pick(Steps)}}"}, {"step": 2, "action": "{{random.Pick(Steps)}}"}]""",
            $"{component}: {fault} ({cause})",
            (random.Below(10_001) / 10_000m).ToString("0.0000", CultureInfo.InvariantCulture),
            random.PerMille(200) ? "rules-1" : "rules-2",
            WorkOrder.Time(updatedAt),
        ];
    }
}
