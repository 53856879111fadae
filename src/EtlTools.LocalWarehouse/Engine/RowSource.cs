namespace EtlTools.LocalWarehouse.Engine;

/// <summary>Rows read forward once. Cells are read as Snowflake prints them, or as .NET values.</summary>
internal abstract class RowSource : IAsyncDisposable
{
    internal abstract bool HasRows { get; }

    internal abstract bool Read();

    internal abstract ValueTask<bool> ReadAsync(CancellationToken cancellationToken);

    internal abstract bool IsNull(int ordinal);

    /// <summary>The cell as text: exact digits, times in the session's output format.</summary>
    internal abstract string GetText(int ordinal);

    /// <summary>The cell as Snowflake's JSON row sets have it, in UTF-8 and before JSON's escapes; valid until the next call.</summary>
    internal abstract ReadOnlySpan<byte> Wire(int ordinal);

    /// <summary>The cell as the .NET type of its column.</summary>
    internal abstract object GetValue(int ordinal);

    internal abstract void Cancel();

    public abstract ValueTask DisposeAsync();
}
