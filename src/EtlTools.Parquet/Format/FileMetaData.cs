using EtlTools.Parquet.Thrift;

namespace EtlTools.Parquet.Format;

/// <summary>A node of the schema, in the order of a walk through the tree.</summary>
internal sealed class SchemaElement
{
    private int _converted = -1;
    private int _precision;
    private int _scale;

    internal PhysicalType? Type { get; private set; }

    /// <summary>Bytes of a FIXED_LEN_BYTE_ARRAY.</summary>
    internal int TypeLength { get; private set; }

    internal Repetition Repetition { get; private set; }

    internal string Name { get; private set; } = "";

    internal int Children { get; private set; }

    internal LogicalType? Logical { get; private set; }

    internal static SchemaElement Read(ref CompactReader reader)
    {
        var element = new SchemaElement();
        reader.Struct(element, static (ref CompactReader r, SchemaElement e, short field, CompactType type) =>
        {
            switch (field)
            {
                case 1: e.Type = (PhysicalType)r.Int32(type); return true;
                case 2: e.TypeLength = r.Int32(type); return true;
                case 3: e.Repetition = (Repetition)r.Int32(type); return true;
                case 4: e.Name = r.Text(type); return true;
                case 5: e.Children = r.Int32(type); return true;
                case 6: e._converted = r.Int32(type); return true;
                case 7: e._scale = r.Int32(type); return true;
                case 8: e._precision = r.Int32(type); return true;
                case 10: e.Logical = LogicalType.Read(ref r); return true;
                default: return false;
            }
        });
        element.Logical ??= LogicalType.Of(element._converted, element._precision, element._scale);
        return element;
    }
}

/// <summary>Where a column's pages of one row group are, and how they are compressed.</summary>
internal sealed class ColumnChunk
{
    internal Codec Codec { get; private set; }

    /// <summary>Values with NULLs.</summary>
    internal long ValueCount { get; private set; }

    internal long CompressedSize { get; private set; }

    internal long DataPageOffset { get; private set; }

    internal long? DictionaryPageOffset { get; private set; }

    /// <summary>The first byte of the first page.</summary>
    internal long Start => DictionaryPageOffset is > 0 and { } offset && offset < DataPageOffset ? offset : DataPageOffset;

    internal static ColumnChunk Read(ref CompactReader reader)
    {
        var chunk = new ColumnChunk();
        reader.Struct(chunk, static (ref CompactReader r, ColumnChunk c, short field, CompactType type) =>
        {
            if (field == 1) throw new InvalidDataException("The Parquet file keeps columns in other files.");
            if (field != 3) return false;
            r.Struct(c, MetaData);
            return true;
        });
        return chunk;
    }

    private static bool MetaData(ref CompactReader reader, ColumnChunk chunk, short field, CompactType type)
    {
        switch (field)
        {
            case 4: chunk.Codec = (Codec)reader.Int32(type); return true;
            case 5: chunk.ValueCount = reader.Integer(type); return true;
            case 7: chunk.CompressedSize = reader.Integer(type); return true;
            case 9: chunk.DataPageOffset = reader.Integer(type); return true;
            case 11: chunk.DictionaryPageOffset = reader.Integer(type); return true;
            default: return false;
        }
    }
}

internal sealed class RowGroup
{
    internal IReadOnlyList<ColumnChunk> Columns { get; private set; } = [];

    internal long RowCount { get; private set; }

    internal static RowGroup Read(ref CompactReader reader)
    {
        var group = new RowGroup();
        reader.Struct(group, static (ref CompactReader r, RowGroup g, short field, CompactType type) =>
        {
            switch (field)
            {
                case 1: g.Columns = r.List(type, static (ref CompactReader i, CompactType _) => ColumnChunk.Read(ref i)); return true;
                case 3: g.RowCount = r.Integer(type); return true;
                default: return false;
            }
        });
        return group;
    }
}

/// <summary>The footer: the schema and the row groups.</summary>
internal sealed class FileMetaData
{
    internal IReadOnlyList<SchemaElement> Schema { get; private set; } = [];

    internal long RowCount { get; private set; }

    internal IReadOnlyList<RowGroup> RowGroups { get; private set; } = [];

    internal static FileMetaData Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new CompactReader(bytes);
        var data = new FileMetaData();
        reader.Struct(data, static (ref CompactReader r, FileMetaData d, short field, CompactType type) =>
        {
            switch (field)
            {
                case 2: d.Schema = r.List(type, static (ref CompactReader i, CompactType _) => SchemaElement.Read(ref i)); return true;
                case 3: d.RowCount = r.Integer(type); return true;
                case 4: d.RowGroups = r.List(type, static (ref CompactReader i, CompactType _) => RowGroup.Read(ref i)); return true;
                default: return false;
            }
        });
        return data;
    }
}
