using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Postgres;

/// <summary>A PostgreSQL type's counterpart in Snowflake.</summary>
/// <param name="Type">The type to declare.</param>
/// <param name="Note">What is not the same afterwards; null when everything is.</param>
/// <param name="IsDoubtful">Whether the note is a warning: somebody should decide.</param>
public sealed record MappedType(SnowflakeType Type, string? Note = null, bool IsDoubtful = false);
