using EtlTools.LocalWarehouse.Catalog;
using EtlTools.LocalWarehouse.Files;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>
/// A transformation that only picks and orders fields, <c>SELECT $3, $1::DATE</c>, needs no SELECT: its rows go straight into the
/// table, as those of a COPY without one do.
/// </summary>
internal static class PlainSelection
{
    /// <summary>The field of each column, or null when the SELECT computes something.</summary>
    internal static int[]? Fields(CopyIntoTableStatement copy, IReadOnlyList<WarehouseColumn> columns, FileFormat format)
    {
        if (format.Type != FileType.Csv || copy.Query?.Body is not SelectBody { From: StageSource source } select || select.Items.Count != columns.Count) return null;
        var fields = new int[columns.Count];
        for (var i = 0; i < fields.Length; i++)
        {
            if (Field(select.Items[i].Expression, columns[i].Type, source.Alias) is not { } field || !IsPlain(columns[i].Type, format)) return null;
            fields[i] = field;
        }

        return fields;
    }

    private static int? Field(Expression expression, SnowType type, string? alias) => expression switch
    {
        CastExpression { Try: false } cast when cast.Type == type => Field(cast.Operand, type, alias),
        ColumnReference { Parts: [['$', ..] name] } => Number(name),
        ColumnReference { Parts: [var qualifier, ['$', ..] name] } when qualifier == alias => Number(name),
        _ => null,
    };

    private static int? Number(string name) => int.Parse(name.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture) - 1;

    /// <summary>True where SQL converts text as the file's reader does: no implicit cast from text, and no format, makes a difference.</summary>
    private static bool IsPlain(SnowType type, FileFormat format) => type.Kind switch
    {
        TypeKind.Number or TypeKind.Float or TypeKind.Text or TypeKind.Boolean => true,
        TypeKind.Date => format.Date is null,
        TypeKind.Time => format.Time is null,
        TypeKind.TimestampNtz or TypeKind.TimestampLtz or TypeKind.TimestampTz => format.Timestamp is null,
        _ => false,
    };
}
