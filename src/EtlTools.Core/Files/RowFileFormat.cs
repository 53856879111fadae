using EtlTools.Core.Config;

namespace EtlTools.Core.Files;

/// <summary>How rows are laid out in files, and how large a file becomes.</summary>
/// <param name="Format">What is in a file.</param>
/// <param name="Columns">Names of the columns; CSV does not need them.</param>
/// <param name="FileSize">Compressed bytes after which a file is complete.</param>
internal sealed record RowFileFormat(StageFileFormat Format, IReadOnlyList<string> Columns, long FileSize)
{
    /// <summary>CSV.</summary>
    public static RowFileFormat Csv(long fileSize) => new(StageFileFormat.Csv, [], fileSize);

    /// <summary>Begins a file.</summary>
    /// <param name="path">Where, without extension.</param>
    public IRowFile Open(string path) => Format == StageFileFormat.Parquet ? new ParquetRowFile(path, Columns, FileSize) : new CompressedFile(path);
}
