using System.Buffers.Binary;
using EtlTools.Parquet.Format;
using Microsoft.Win32.SafeHandles;

namespace EtlTools.Parquet.Reading;

/// <summary>A flat column: a leaf directly under the root, at most once in a row.</summary>
internal sealed record ParquetColumn(string Name, PhysicalType Type, int TypeLength, bool IsOptional, LogicalType? Logical);

/// <summary>An open Parquet file of flat columns.</summary>
internal sealed class ParquetFile : IDisposable
{
    private const int FooterBytes = 8;
    private const int MaxMetaData = 1 << 28;
    private readonly SafeFileHandle _file;
    private readonly FileMetaData _data;

    private ParquetFile(SafeFileHandle file, FileMetaData data, IReadOnlyList<ParquetColumn> columns)
    {
        _file = file;
        _data = data;
        Columns = columns;
    }

    internal IReadOnlyList<ParquetColumn> Columns { get; }

    internal long RowCount => _data.RowCount;

    internal int RowGroupCount => _data.RowGroups.Count;

    /// <summary>Opens a file and reads its footer.</summary>
    /// <exception cref="InvalidDataException">It is no Parquet file, is damaged, or has nested columns.</exception>
    internal static ParquetFile Open(string path)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.RandomAccess);
        try
        {
            var data = FileMetaData.Read(Footer(file));
            return new ParquetFile(file, data, Flat(data.Schema));
        }
        catch (Exception exception)
        {
            file.Dispose();
            if (exception is EndOfStreamException or OverflowException) throw new InvalidDataException("The Parquet file's footer is malformed.", exception);
            throw;
        }
    }

    private static byte[] Footer(SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        Span<byte> end = stackalloc byte[FooterBytes];
        if (length < FooterBytes + 4 || RandomAccess.Read(file, end, length - FooterBytes) != FooterBytes || !end[4..].SequenceEqual("PAR1"u8))
            throw new InvalidDataException("The file is not a Parquet file: it does not end in PAR1.");
        var size = BinaryPrimitives.ReadInt32LittleEndian(end);
        if (size <= 0 || size > MaxMetaData || size > length - FooterBytes) throw new InvalidDataException("The Parquet file's footer is malformed.");
        var footer = new byte[size];
        for (var read = 0; read < size;)
        {
            var count = RandomAccess.Read(file, footer.AsSpan(read), length - FooterBytes - size + read);
            if (count == 0) throw new InvalidDataException("The Parquet file ends too early.");
            read += count;
        }

        return footer;
    }

    private static List<ParquetColumn> Flat(IReadOnlyList<SchemaElement> schema)
    {
        if (schema.Count == 0) throw new InvalidDataException("The Parquet file has no schema.");
        var columns = new List<ParquetColumn>();
        foreach (var element in schema.Skip(1))
        {
            if (element.Children > 0 || element.Type is not { } type || element.Repetition == Repetition.Repeated)
                throw new InvalidDataException($"Parquet column '{element.Name}' is nested or repeated; only flat columns are supported.");
            columns.Add(new ParquetColumn(element.Name, type, element.TypeLength, element.Repetition == Repetition.Optional, element.Logical));
        }

        return columns;
    }

    internal long RowsOf(int rowGroup) => _data.RowGroups[rowGroup].RowCount;

    /// <summary>A cursor before the first value of a column in a row group.</summary>
    /// <param name="rowGroup">The row group.</param>
    /// <param name="column">The column.</param>
    /// <param name="before">A cursor that is not needed any more, whose memory is used again.</param>
    internal ColumnCursor Cursor(int rowGroup, int column, ColumnCursor? before = null)
    {
        var chunks = _data.RowGroups[rowGroup].Columns;
        if (chunks.Count != Columns.Count) throw new InvalidDataException("A Parquet row group does not have the schema's columns.");
        return new ColumnCursor(_file, Columns[column], chunks[column], before);
    }

    public void Dispose() => _file.Dispose();
}
