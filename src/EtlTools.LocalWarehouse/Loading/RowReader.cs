namespace EtlTools.LocalWarehouse.Loading;

internal enum LoadStep
{
    Row,
    Refused,
    NeedsBytes,
    End,
}

/// <summary>Turns a file into rows of COPY text, one at a time.</summary>
internal abstract class RowReader : IAsyncDisposable
{
    /// <summary>What is wrong with the row that was <see cref="LoadStep.Refused"/>.</summary>
    internal Problem? Problem { get; private protected set; }

    /// <summary>Writes the next row to <paramref name="output"/>; a refused one leaves it as it was.</summary>
    internal abstract LoadStep Next(CopyText output);

    /// <summary>Gets more of the file after <see cref="LoadStep.NeedsBytes"/>.</summary>
    internal abstract ValueTask FillAsync(CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}

/// <summary>A column being loaded: the field it takes (none for NULL), and how its values are written.</summary>
/// <param name="Name">The column as messages name it, <c>"T"["C":2]</c>.</param>
/// <param name="Field">The field's index, or -1.</param>
/// <param name="Nullable">False when NULL is refused.</param>
/// <param name="Writer">Checks and writes a value.</param>
internal sealed record TargetColumn(string Name, int Field, bool Nullable, ColumnWriter Writer);

/// <summary>
/// What a load puts into each row: the columns from the file, then what is the same for all rows (already as COPY text), then,
/// for the rows of a transformation, their number.
/// </summary>
internal sealed record RowLayout(IReadOnlyList<TargetColumn> Columns, byte[] Constants, bool NumbersRows)
{
    internal void Finish(CopyText output, long row)
    {
        if (Constants.Length > 0)
        {
            output.Byte((byte)'\t');
            output.Raw(Constants);
        }

        if (NumbersRows)
        {
            output.Byte((byte)'\t');
            row.TryFormat(output.Free(20), out var written, default, System.Globalization.CultureInfo.InvariantCulture);
            output.Advance(written);
        }

        output.Byte((byte)'\n');
    }
}
