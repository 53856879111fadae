using EtlTools.Core.Errors;

namespace EtlTools.Core.Files;

/// <summary>A few rows in memory, column by column, as a statement takes them whose question marks are arrays.</summary>
/// <param name="Columns">For each column the texts of all rows; null for NULL.</param>
/// <param name="Count">How many rows.</param>
internal sealed record BoundRows(IReadOnlyList<string?[]> Columns, int Count)
{
    /// <summary>No rows.</summary>
    public static BoundRows None { get; } = new([], 0);

    /// <summary>Reads a block of CSV.</summary>
    /// <exception cref="IntegrityException">A row has another number of fields than there are columns.</exception>
    public static BoundRows Of(RowBlock block, int columns)
    {
        var values = Enumerable.Range(0, columns).Select(_ => new string?[block.Rows]).ToArray();
        ReadOnlySpan<byte> rest = block.Bytes.AsSpan(0, block.Length);
        for (var row = 0; row < block.Rows; row++)
        {
            for (var i = 0; i < columns; i++) values[i][row] = CsvFields.Decode(CsvFields.Take(ref rest, isLast: i == columns - 1));
        }

        return new BoundRows(values, (int)block.Rows);
    }
}
