using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Engine;

internal enum StatementType
{
    Select,
    Insert,
    Update,
    Delete,
    Merge,
    Ddl,
    Session,
    Transaction,
    Show,
    Transfer,
    Copy,
}

/// <summary>A result column with Snowflake's metadata.</summary>
internal sealed record ResultColumn(string Name, SnowType Type, bool Nullable);

/// <summary>
/// What a statement produced. <paramref name="AffectedRows"/> is what ExecuteNonQuery returns: rows changed for DML, 0 for
/// other statements, -1 for queries. Rows stream from <paramref name="Rows"/>, which must be disposed.
/// </summary>
internal sealed record StatementResult(
    string QueryId, StatementType Type, IReadOnlyList<ResultColumn> Columns, RowSource Rows, long AffectedRows);
