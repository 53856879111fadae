using EtlTools.Core.Report;
using EtlTools.Core.State;

namespace EtlTools.Core.Tests.Report;

/// <summary>Reports to be rendered: an eventful one, and one whose every text tries to be more than text.</summary>
internal static class ReportSample
{
    public const string Hostile = "</pre></title></style></svg>\"'><script>alert(1)</script><img src=x onerror=alert(2)>&lt;\u0000\u202Eevil\uD800";

    private static readonly DateTimeOffset s_begin = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public static BackfillReport Eventful { get; } = Make(24);

    /// <summary>A backfill of so many partitions; always the same.</summary>
    public static BackfillReport Make(int partitions)
    {
        var random = new Random(7);
        var parts = new List<ReportPartition>();
        for (var i = 0; i < partitions; i++) parts.Add(Part(i, partitions, random));
        var end = parts.Max(part => part.SeenAt)!.Value;
        var counts = parts.Aggregate(default(RowCounts), (sum, part) => sum + part.Counts);
        var slices = Enumerable.Range(0, 90).Select(i => new ReportSlice(
            s_begin + (i * (end - s_begin) / 90), (long)((end - s_begin) / 90).TotalMilliseconds, i is > 40 and < 47 ? 0 : (counts.Read / 84.0) * (0.75 + (0.5 * random.NextDouble())))).ToList();
        return new BackfillReport
        {
            Name = "history", Id = new Guid("0199aaaa-0000-7000-8000-000000000001"), Pipeline = "notification_text", Source = "MEDICAL.PUBLIC.NOTIFICATION_TEXT",
            Target = "public.notification_text", Method = "unload", CursorColumn = "UPDATED_AT", Low = "2019-01-01T00:00:00", High = "2026-02-28T23:59:59.999999999",
            BatchSize = 10_000, Status = BackfillStatus.Failed, ErrorCode = "ETL-DATA", Error = "1 of 24 partitions is parked: see their errors.", CreatedAt = s_begin.AddSeconds(-4),
            CreatedBy = "etl-1, process 4711", StartedAt = s_begin, FinishedAt = end, SeenAt = end, DurationMs = (long)(end - s_begin).TotalMilliseconds,
            BusyMs = (long)(end - s_begin).TotalMilliseconds * 9 / 10, EstimateRows = counts.Read + 40_000, EstimateMs = 1_200_000, Counts = counts, Bytes = counts.Read * 412,
            Batches = parts.Sum(part => part.Batches), NullCursors = 12, Partitions = parts, Throughput = slices,
            Errors =
            [
                new("22P02", "sys_eq_id", "text that is not of the column's type", counts.Quarantined - 60, counts.Quarantined - 60),
                new("23503", "noti_category_id", "no parent row for a foreign key", 51, 40), new(null, null, "refused before it reached the database", 9, 9),
            ],
            Workers =
            [
                new(new Guid("0199aaaa-0000-7000-8000-000000000002"), "etl-1", 4711, RunStatus.Done, s_begin, end, counts.Read / 2),
                new(new Guid("0199aaaa-0000-7000-8000-000000000003"), "etl-2", 815, RunStatus.Abandoned, s_begin.AddSeconds(30), s_begin.AddMinutes(6), counts.Read - (counts.Read / 2)),
            ],
            MadeAt = end.AddMinutes(3), ToolVersion = "0.1.0",
        };
    }

    /// <summary>The eventful one, with <see cref="Hostile"/> in every text.</summary>
    public static BackfillReport HostileReport { get; } = Eventful with
    {
        Name = Hostile, Pipeline = Hostile, Source = Hostile, Target = Hostile, Method = Hostile, CursorColumn = Hostile, Low = Hostile, High = Hostile, Status = Hostile,
        ErrorCode = Hostile, Error = Hostile, CreatedBy = Hostile, ToolVersion = Hostile,
        Partitions = [.. Eventful.Partitions.Select(part => part with { Range = Hostile, Worker = Hostile, ErrorCode = Hostile, Error = Hostile, Status = part.Number == 1 ? Hostile : part.Status })],
        Errors = [new(Hostile, Hostile, Hostile, 3, 3)],
        Workers = [Eventful.Workers[0] with { Host = Hostile, Status = Hostile }],
    };

    /// <summary>A plan that nobody has begun.</summary>
    public static BackfillReport NotBegun { get; } = new()
    {
        Name = "history", Id = Guid.Empty, Pipeline = "t", Source = "DB.S.T", Target = "public.t", Method = "stream", Status = BackfillStatus.Running, MadeAt = s_begin, CreatedAt = s_begin,
        CreatedBy = "etl-1, process 1", BatchSize = 1000, EstimateRows = 10, ToolVersion = "0.1.0",
        Partitions = [new ReportPartition { Number = 1, Range = "keys, share 1 of 1", Status = PartitionStatus.Waiting, EstimateRows = 10 }],
    };

    private static ReportPartition Part(int i, int count, Random random)
    {
        var begun = s_begin.AddSeconds((i / 3 * 45) + (i % 3 * 3));
        var took = TimeSpan.FromSeconds(20 + random.Next(60) + (i == 11 ? 400 : 0));
        var rows = 48_000 + random.Next(5_000);
        var (isParked, refused) = (i == 17, i % 5 == 0 ? random.Next(300) : 0);
        return new ReportPartition
        {
            Number = i + 1, Range = $"after 20{19 + (i * 7 / count)}-0{1 + (i % 9)}-01T00:00:00 to 20{19 + (i * 7 / count)}-0{1 + (i % 9)}-28T00:00:00",
            Status = isParked ? PartitionStatus.Parked : PartitionStatus.Done, StartedAt = begun, SeenAt = begun + took, DurationMs = (long)took.TotalMilliseconds,
            EstimateRows = 50_000, Counts = new RowCounts(rows, rows - 700 - refused, 500, 200, 0, refused), Bytes = rows * 412L, Batches = (rows / 10_000) + 1,
            Attempts = isParked ? 5 : i == 11 ? 2 : 1, Worker = $"etl-{1 + (i % 2)}, process 4711, worker {1 + (i % 3)}", ErrorCode = isParked ? "ETL-CONNECTION" : null,
            Error = isParked ? "Snowflake: the file data_0_3_1.csv.gz is no longer on the stage." : null,
        };
    }
}
