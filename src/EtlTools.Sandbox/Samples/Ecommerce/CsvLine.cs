namespace EtlTools.Sandbox.Samples.Ecommerce;

/// <summary>A row as CSV in PostgreSQL's convention: an empty field without quotes is NULL, everything else stands in quotes.</summary>
internal static class CsvLine
{
    /// <summary>Writes one row and its line end.</summary>
    public static void Write(TextWriter writer, string?[] row)
    {
        for (var i = 0; i < row.Length; i++)
        {
            if (i > 0) writer.Write(',');
            if (row[i] is not { } value) continue;
            writer.Write('"');
            writer.Write(value.Replace("\"", "\"\"", StringComparison.Ordinal));
            writer.Write('"');
        }

        writer.Write('\n');
    }
}
