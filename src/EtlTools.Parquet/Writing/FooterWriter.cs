using EtlTools.Parquet.Format;
using EtlTools.Parquet.Thrift;

namespace EtlTools.Parquet.Writing;

/// <summary>Writes Parquet's own structures: page headers and the footer (https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift).</summary>
internal static class FooterWriter
{
    private const string CreatedBy = "EtlTools";

    /// <summary>The header before a page.</summary>
    internal static CompactWriter Page(int rawBytes, int bytes, int values) => CompactWriter.Of(header =>
    {
        header.Int32(1, (int)PageType.Data);
        header.Int32(2, rawBytes);
        header.Int32(3, bytes);
        header.Struct(5, page =>
        {
            page.Int32(1, values);
            page.Int32(2, (int)PageEncoding.Plain);
            page.Int32(3, (int)PageEncoding.Rle);
            page.Int32(4, (int)PageEncoding.Rle);
        });
    });

    /// <summary>The footer of a file.</summary>
    /// <param name="fields">Its columns.</param>
    /// <param name="groups">Its row groups, a chunk for each column.</param>
    internal static CompactWriter Footer(IReadOnlyList<ParquetField> fields, IReadOnlyList<IReadOnlyList<WrittenChunk>> groups) => CompactWriter.Of(footer =>
    {
        footer.Int32(1, 1);
        footer.Structs(2, [null, .. fields], (element, field) => Element(element, field, fields.Count));
        footer.Int64(3, groups.Sum(group => group[0].Rows));
        footer.Structs(4, groups, Group);
        footer.Text(6, CreatedBy);
        // Least and greatest follow the order that the type defines.
        footer.Structs(7, fields, (order, _) => order.Struct(1, _ => { }));
    });

    // The first is the root, which holds the columns.
    private static void Element(CompactWriter element, ParquetField? field, int children)
    {
        if (field is null)
        {
            element.Text(4, "schema");
            element.Int32(5, children);
            return;
        }

        element.Int32(1, (int)field.Type);
        if (field.Type == PhysicalType.FixedLenByteArray) element.Int32(2, ParquetField.WideDecimal);
        element.Int32(3, (int)(field.IsOptional ? Repetition.Optional : Repetition.Required));
        element.Text(4, field.Name);
        if (Converted(field.Kind) is { } converted) element.Int32(6, converted);
        if (field.Kind == ParquetKind.Decimal)
        {
            element.Int32(7, field.Scale);
            element.Int32(8, field.Precision);
        }

        if (field.Kind is not (ParquetKind.Binary or ParquetKind.Boolean or ParquetKind.Double)) element.Struct(10, logical => Logical(logical, field));
    }

    // What readers older than logical types look at; they have no word for a time without a zone.
    private static int? Converted(ParquetKind kind) => kind switch
    {
        ParquetKind.Text => 0,
        ParquetKind.Decimal => 5,
        ParquetKind.Date => 6,
        ParquetKind.Instant => 10,
        ParquetKind.Integer => 18,
        _ => null,
    };

    private static void Logical(CompactWriter logical, ParquetField field)
    {
        switch (field.Kind)
        {
            case ParquetKind.Text:
                logical.Struct(1, _ => { });
                break;
            case ParquetKind.Decimal:
                logical.Struct(5, type =>
                {
                    type.Int32(1, field.Scale);
                    type.Int32(2, field.Precision);
                });
                break;
            case ParquetKind.Date:
                logical.Struct(6, _ => { });
                break;
            case ParquetKind.Time or ParquetKind.Timestamp or ParquetKind.Instant:
                logical.Struct(field.Kind == ParquetKind.Time ? (short)7 : (short)8, type =>
                {
                    type.Boolean(1, field.Kind == ParquetKind.Instant);
                    type.Struct(2, unit => unit.Struct(2, _ => { }));
                });
                break;
            case ParquetKind.Integer:
                logical.Struct(10, type =>
                {
                    type.Byte(1, 64);
                    type.Boolean(2, true);
                });
                break;
        }
    }

    private static void Group(CompactWriter group, IReadOnlyList<WrittenChunk> chunks)
    {
        group.Structs(1, chunks, (column, chunk) =>
        {
            column.Int64(2, chunk.Offset);
            column.Struct(3, data => MetaData(data, chunk));
        });
        group.Int64(2, chunks.Sum(chunk => chunk.RawBytes));
        group.Int64(3, chunks[0].Rows);
        group.Int64(5, chunks[0].Offset);
        group.Int64(6, chunks.Sum(chunk => chunk.Bytes));
    }

    private static void MetaData(CompactWriter data, WrittenChunk chunk)
    {
        data.Int32(1, (int)chunk.Field.Type);
        data.Int32s(2, (int)PageEncoding.Plain, (int)PageEncoding.Rle);
        data.Texts(3, chunk.Field.Name);
        data.Int32(4, (int)Codec.Gzip);
        data.Int64(5, chunk.Rows);
        data.Int64(6, chunk.RawBytes);
        data.Int64(7, chunk.Bytes);
        data.Int64(9, chunk.Offset);
        data.Struct(12, statistics =>
        {
            statistics.Int64(3, chunk.Statistics.Nulls);
            if (chunk.Statistics.Greatest is { } greatest) statistics.Binary(5, greatest);
            if (chunk.Statistics.Least is { } least) statistics.Binary(6, least);
        });
    }
}
