using System.Text;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Files;

/// <summary>
/// Reads and writes the fields of CSV rows as PostgreSQL's COPY has them: fields between commas, quoted with <c>"</c> where needed, an
/// unquoted empty field for NULL (https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-CSV-FORMAT).
/// </summary>
internal static class CsvFields
{
    /// <summary>Finds the end of the field that begins at the start of <paramref name="row"/>.</summary>
    /// <returns>Its length as written, without the comma or newline behind it.</returns>
    public static int Length(ReadOnlySpan<byte> row)
    {
        if (row.Length == 0 || row[0] != '"')
        {
            var end = row.IndexOfAny((byte)',', (byte)'\n');
            return end < 0 ? row.Length : end;
        }

        var at = 1;
        while (true)
        {
            at += row[at..].IndexOf((byte)'"') + 1;
            if (at == row.Length || row[at] != '"') return at;
            at++;
        }
    }

    /// <summary>Takes the field at the start of rows, and what ends it.</summary>
    /// <param name="rows">Whole rows; what is left of them afterwards.</param>
    /// <param name="isLast">Whether a newline has to follow rather than a comma.</param>
    /// <returns>The field as written.</returns>
    /// <exception cref="IntegrityException">The row has another number of fields.</exception>
    public static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rows, bool isLast)
    {
        var length = Length(rows);
        if (length == rows.Length || rows[length] != (isLast ? '\n' : ','))
            throw new IntegrityException("A row sent by COPY has another number of fields than columns were asked for.", "Run it again; if it persists, report this as a defect.");
        var field = rows[..length];
        rows = rows[(length + 1)..];
        return field;
    }

    /// <summary>The value of a field as written.</summary>
    public static string? Decode(ReadOnlySpan<byte> field)
    {
        if (field.Length == 0) return null;
        if (field[0] != '"') return Encoding.UTF8.GetString(field);
        return Encoding.UTF8.GetString(field[1..^1]).Replace("\"\"", "\"", StringComparison.Ordinal);
    }

    /// <summary>Writes a value; anything but NULL in quotes.</summary>
    public static void Encode(string? value, MemoryStream destination)
    {
        if (value is null) return;
        destination.WriteByte((byte)'"');
        destination.Write(Encoding.UTF8.GetBytes(value.Replace("\"", "\"\"", StringComparison.Ordinal)));
        destination.WriteByte((byte)'"');
    }
}
