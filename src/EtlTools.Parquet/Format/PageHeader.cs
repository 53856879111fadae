using EtlTools.Parquet.Thrift;

namespace EtlTools.Parquet.Format;

/// <summary>The header before a page: its kind, its sizes in bytes, and how its values are encoded.</summary>
internal sealed class PageHeader
{
    internal PageType Type { get; private set; }

    internal int UncompressedSize { get; private set; }

    internal int CompressedSize { get; private set; }

    /// <summary>Values with NULLs.</summary>
    internal int ValueCount { get; private set; }

    internal PageEncoding Encoding { get; private set; }

    internal PageEncoding DefinitionLevelEncoding { get; private set; } = PageEncoding.Rle;

    /// <summary>Bytes of the levels of a second-version page, which stand before its values uncompressed.</summary>
    internal int DefinitionLevelsLength { get; private set; }

    internal int RepetitionLevelsLength { get; private set; }

    /// <summary>False for a second-version page whose values are not compressed.</summary>
    internal bool IsCompressed { get; private set; } = true;

    internal static PageHeader Read(ref CompactReader reader)
    {
        var header = new PageHeader();
        reader.Struct(header, static (ref CompactReader r, PageHeader h, short field, CompactType type) =>
        {
            switch (field)
            {
                case 1: h.Type = (PageType)r.Int32(type); return true;
                case 2: h.UncompressedSize = r.Int32(type); return true;
                case 3: h.CompressedSize = r.Int32(type); return true;
                case 5: r.Struct(h, Data); return true;
                case 7: r.Struct(h, Dictionary); return true;
                case 8: r.Struct(h, DataV2); return true;
                default: return false;
            }
        });
        return header;
    }

    private static bool Data(ref CompactReader reader, PageHeader header, short field, CompactType type)
    {
        switch (field)
        {
            case 1: header.ValueCount = reader.Int32(type); return true;
            case 2: header.Encoding = (PageEncoding)reader.Int32(type); return true;
            case 3: header.DefinitionLevelEncoding = (PageEncoding)reader.Int32(type); return true;
            default: return false;
        }
    }

    private static bool Dictionary(ref CompactReader reader, PageHeader header, short field, CompactType type)
    {
        switch (field)
        {
            case 1: header.ValueCount = reader.Int32(type); return true;
            case 2: header.Encoding = (PageEncoding)reader.Int32(type); return true;
            default: return false;
        }
    }

    private static bool DataV2(ref CompactReader reader, PageHeader header, short field, CompactType type)
    {
        switch (field)
        {
            case 1: header.ValueCount = reader.Int32(type); return true;
            case 4: header.Encoding = (PageEncoding)reader.Int32(type); return true;
            case 5: header.DefinitionLevelsLength = reader.Int32(type); return true;
            case 6: header.RepetitionLevelsLength = reader.Int32(type); return true;
            case 7: header.IsCompressed = CompactReader.Boolean(type); return true;
            default: return false;
        }
    }
}
