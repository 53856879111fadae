using System.Data.Common;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse;

/// <summary>A result column as <see cref="LocalWarehouseDataReader.GetColumnSchema"/> describes it.</summary>
public sealed class LocalWarehouseColumn : DbColumn
{
    internal LocalWarehouseColumn(string name, int ordinal, SnowType type, bool nullable, Type fieldType)
    {
        ColumnName = name;
        ColumnOrdinal = ordinal;
        DataTypeName = type.Name;
        DataType = fieldType;
        AllowDBNull = nullable;
        NumericPrecision = type.Kind == TypeKind.Number ? type.Precision : null;
        NumericScale = type.Kind == TypeKind.Number || type.IsTimestamp || type.Kind == TypeKind.Time ? type.Scale : null;
        ColumnSize = type.Kind is TypeKind.Text or TypeKind.Binary ? type.Length : null;
    }
}
