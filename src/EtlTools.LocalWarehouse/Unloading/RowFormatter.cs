using System.Buffers;
using System.Text;
using EtlTools.LocalWarehouse.Engine;
using EtlTools.LocalWarehouse.Files;
using EtlTools.LocalWarehouse.Loading;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Unloading;

/// <summary>Writes result rows as lines of a file.</summary>
internal abstract class RowFormatter
{
    internal abstract void Header(IReadOnlyList<ResultColumn> columns, CopyText output);

    internal abstract void Row(CopyRow row, CopyText output);
}

/// <summary>
/// Delimited text as Snowflake unloads it: with FIELD_OPTIONALLY_ENCLOSED_BY strings are enclosed and nothing else, so that an
/// unquoted empty field is NULL (with <c>NULL_IF = ()</c>) and a quoted one is ''; without it delimiters in values are escaped.
/// </summary>
internal sealed class CsvFormatter : RowFormatter
{
    private readonly FileFormat _format;
    private readonly CellReader[] _cells;
    private readonly bool[] _isText;
    private readonly byte[] _null;
    private readonly SearchValues<byte> _escaped;
    private readonly SearchValues<byte> _quoted;

    internal CsvFormatter(FileFormat format, IReadOnlyList<ResultColumn> columns, CellReader[] cells)
    {
        _format = format;
        _cells = cells;
        _isText = [.. columns.Select(c => c.Type.Kind is TypeKind.Text or TypeKind.Binary or TypeKind.Variant or TypeKind.Object or TypeKind.Array)];
        _null = format.NullIf.Count > 0 ? format.NullIf[0] : [];
        _escaped = SearchValues.Create(format.EscapeUnenclosed is { } escape
            ? [escape, .. format.FieldDelimiter.Take(1), format.RecordDelimiter[0], (byte)'\r', (byte)'\n']
            : []);
        _quoted = SearchValues.Create([.. format.Enclosure is { } quote ? (byte[])[quote] : [], .. format.Escape is { } inner ? (byte[])[inner] : []]);
    }

    internal override void Header(IReadOnlyList<ResultColumn> columns, CopyText output)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (i > 0) output.Raw(_format.FieldDelimiter);
            Field(Encoding.UTF8.GetBytes(columns[i].Name), true, output);
        }

        output.Raw(_format.RecordDelimiter);
    }

    internal override void Row(CopyRow row, CopyText output)
    {
        for (var i = 0; i < _cells.Length; i++)
        {
            if (i > 0) output.Raw(_format.FieldDelimiter);
            if (_cells[i].IsNull(row)) output.Raw(_null);
            else Field(_cells[i].Utf8(row), _isText[i], output);
        }

        output.Raw(_format.RecordDelimiter);
    }

    private void Field(ReadOnlySpan<byte> value, bool isText, CopyText output)
    {
        if (_format.Enclosure is not { } quote)
        {
            Escaped(value, _escaped, _format.EscapeUnenclosed ?? 0, output);
            return;
        }

        if (!isText)
        {
            output.Raw(value);
            return;
        }

        output.Byte(quote);
        // A quote is doubled; with ESCAPE it is escaped, as the escape character is itself.
        Escaped(value, _quoted, _format.Escape ?? quote, output);
        output.Byte(quote);
    }

    private static void Escaped(ReadOnlySpan<byte> value, SearchValues<byte> special, byte escape, CopyText output)
    {
        while (true)
        {
            var at = value.IndexOfAny(special);
            if (at < 0)
            {
                output.Raw(value);
                return;
            }

            output.Raw(value[..at]);
            output.Byte(escape);
            output.Byte(value[at]);
            value = value[(at + 1)..];
        }
    }
}

/// <summary>One JSON value a line.</summary>
internal sealed class JsonFormatter(CellReader cell) : RowFormatter
{
    internal override void Header(IReadOnlyList<ResultColumn> columns, CopyText output)
    {
    }

    internal override void Row(CopyRow row, CopyText output)
    {
        output.Raw(cell.IsNull(row) ? "null"u8 : cell.Utf8(row));
        output.Byte((byte)'\n');
    }
}
