using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Translation;

/// <summary>A bound value ready for Npgsql, with the Snowflake type the statement sees.</summary>
internal sealed record BoundValue(string Name, SnowType Type, object? Value, short OffsetMinutes = 0);
