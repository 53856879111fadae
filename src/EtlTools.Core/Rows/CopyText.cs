using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace EtlTools.Core.Rows;

/// <summary>
/// PostgreSQL's text COPY format, field by field: UTF-8, tab between fields, <c>\N</c> for NULL, and a backslash before
/// backslash, tab, newline and carriage return (https://www.postgresql.org/docs/current/sql-copy.html).
/// </summary>
internal static class CopyText
{
    /// <summary>The bytes of a NULL field.</summary>
    public static ReadOnlySpan<byte> Null => @"\N"u8;

    private static readonly SearchValues<char> Special = SearchValues.Create("\\\t\n\r\0");

    /// <summary>How many bytes <see cref="TryEncode"/> may need for so many characters.</summary>
    public static int MaxBytes(int characters) => checked(characters * 3 + 2);

    /// <summary>Writes one field.</summary>
    /// <param name="text">The decoded value.</param>
    /// <param name="destination">At least <see cref="MaxBytes"/> long.</param>
    /// <param name="written">Bytes written; meaningless unless the result is <see cref="TextFault.None"/>.</param>
    /// <returns>What PostgreSQL could not store, if anything.</returns>
    public static TextFault TryEncode(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        written = 0;
        while (true)
        {
            var special = text.IndexOfAny(Special);
            var plain = special < 0 ? text : text[..special];
            var status = Utf8.FromUtf16(plain, destination[written..], out _, out var bytes, replaceInvalidSequences: false);
            if (status == OperationStatus.InvalidData) return TextFault.LoneSurrogate;
            written += bytes;
            if (special < 0) return TextFault.None;
            if (text[special] == '\0') return TextFault.Nul;
            destination[written++] = (byte)'\\';
            destination[written++] = text[special] switch
            {
                '\t' => (byte)'t',
                '\n' => (byte)'n',
                '\r' => (byte)'r',
                _ => (byte)'\\',
            };
            text = text[(special + 1)..];
        }
    }

    /// <summary>Reads the fields of one encoded row back.</summary>
    /// <param name="row">One row without its newline, as <see cref="TryEncode"/> wrote it.</param>
    /// <returns>The values; null where the field is NULL.</returns>
    public static string?[] DecodeRow(ReadOnlySpan<byte> row)
    {
        var fields = new List<string?>();
        foreach (var range in row.Split((byte)'\t'))
        {
            var field = row[range];
            fields.Add(field.SequenceEqual(Null) ? null : DecodeField(field));
        }

        return [.. fields];
    }

    private static string DecodeField(ReadOnlySpan<byte> field)
    {
        if (!field.Contains((byte)'\\')) return Encoding.UTF8.GetString(field);
        var plain = new byte[field.Length];
        var length = 0;
        for (var i = 0; i < field.Length; i++)
        {
            plain[length++] = field[i] != '\\' ? field[i] : field[++i] switch
            {
                (byte)'t' => (byte)'\t',
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                var other => other,
            };
        }

        return Encoding.UTF8.GetString(plain, 0, length);
    }
}

/// <summary>What makes a text impossible to store in PostgreSQL.</summary>
internal enum TextFault
{
    None,

    /// <summary>The character U+0000 (PostgreSQL would say 22021).</summary>
    Nul,

    /// <summary>Half of a UTF-16 surrogate pair, which no encoding can carry.</summary>
    LoneSurrogate,
}
