using System.Globalization;
using System.Text;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>A small result held in memory: counts, status lines, SHOW.</summary>
internal sealed class TextRows(IReadOnlyList<ResultColumn> columns, IReadOnlyList<string?[]> rows) : RowSource
{
    private int _at = -1;

    internal override bool HasRows => rows.Count > 0;

    internal override bool Read() => ++_at < rows.Count;

    internal override ValueTask<bool> ReadAsync(CancellationToken cancellationToken) => new(Read());

    internal override bool IsNull(int ordinal) => rows[_at][ordinal] is null;

    internal override string GetText(int ordinal) => rows[_at][ordinal] ?? throw new InvalidCastException("The cell is NULL.");

    internal override ReadOnlySpan<byte> Wire(int ordinal) => Encoding.UTF8.GetBytes(GetText(ordinal));

    internal override object GetValue(int ordinal) => columns[ordinal].Type.Kind == TypeKind.Number
        ? (object)long.Parse(GetText(ordinal), CultureInfo.InvariantCulture)
        : GetText(ordinal);

    internal override void Cancel()
    {
    }

    public override ValueTask DisposeAsync() => default;
}
