using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Translation;

namespace EtlTools.LocalWarehouse;

/// <summary>Arrays bound to an INSERT, as Snowflake's driver takes them: an array for each question mark, a row for each element.</summary>
internal static class ArrayBinding
{
    /// <summary>The bound values of each row, or null when no parameter is an array.</summary>
    internal static List<IReadOnlyList<BoundValue>>? Rows(IReadOnlyList<LocalWarehouseParameter> parameters)
    {
        if (!parameters.Any(p => p.Rows is not null)) return null;
        if (parameters.Any(p => p.Rows is null)) throw WarehouseErrors.Unsupported("array binding of some parameters and single values of others");
        var count = parameters[0].Rows!.Length;
        if (count == 0 || parameters.Any(p => p.Rows!.Length != count)) throw WarehouseErrors.Unsupported("array binding with arrays of no or of different lengths");
        var rows = new List<IReadOnlyList<BoundValue>>(count);
        for (var row = 0; row < count; row++)
            rows.Add([.. parameters.Select((p, i) => p.Bind(i + 1, p.Rows!.GetValue(row)))]);
        return rows;
    }
}
