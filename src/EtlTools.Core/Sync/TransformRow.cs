using EtlTools.Core.Errors;

namespace EtlTools.Core.Sync;

/// <summary>A row on its way: a text, or null, for each column that travels. Texts are those both databases read and write exactly.</summary>
public sealed class TransformRow
{
    private readonly string?[] _values;

    internal TransformRow(IReadOnlyList<string> columns, string?[] values)
    {
        Columns = columns;
        Original = [.. values];
        _values = values;
    }

    /// <summary>The target columns written, key columns among them.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The texts, in the order of <see cref="Columns"/>.</summary>
    public IReadOnlyList<string?> Values => _values;

    /// <summary>Whether the row is left out.</summary>
    public bool IsDropped { get; private set; }

    /// <summary>Why the row goes into quarantine; null when it does not.</summary>
    public string? Rejection { get; private set; }

    /// <summary>As the source sent it.</summary>
    internal IReadOnlyList<string?> Original { get; }

    /// <summary>Sets a column.</summary>
    /// <exception cref="DataException">The target has no such column among those that travel.</exception>
    public void Set(string column, string? value)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (!string.Equals(Columns[i], column, StringComparison.OrdinalIgnoreCase)) continue;
            _values[i] = value;
            return;
        }

        throw new DataException($"There is no column {column} among those that travel.", $"The columns are: {string.Join(", ", Columns)}.");
    }

    /// <summary>Leaves the row out; it is counted as dropped.</summary>
    public void Drop() => IsDropped = true;

    /// <summary>Puts the row, as the source sent it, into quarantine.</summary>
    /// <param name="reason">Why, in a sentence.</param>
    public void Reject(string reason) => Rejection = reason;
}
