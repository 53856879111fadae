namespace EtlTools.Core.Config;

/// <summary>The files by which rows travel to Snowflake.</summary>
/// <param name="Format">What is in them.</param>
/// <param name="Size">Compressed bytes after which the next file begins; null leaves it to the sync.</param>
/// <param name="Stage">
/// The stage they are put on as written in SQL, with <c>@</c> and without quotes around it: <c>@~</c>, <c>@%ORDERS</c>,
/// <c>@RAW.LANDING/orders</c>. Only names, quoted names and path letters are in it, so that it can stand in a statement as
/// it is. Null leaves it to the sync.
/// </param>
/// <param name="MinRows">Fewer rows than this go without files, in a statement; 0 means that all go by files. Null leaves it to the sync.</param>
public sealed record StageFiles(StageFileFormat Format, long? Size, string? Stage, int? MinRows = null)
{
    /// <summary>CSV, everything else left to the sync.</summary>
    public static StageFiles Default { get; } = new(StageFileFormat.Csv, null, null);
}

/// <summary>What is in a staged file.</summary>
public enum StageFileFormat
{
    /// <summary>Compressed CSV.</summary>
    Csv,

    /// <summary>Parquet.</summary>
    Parquet,
}
