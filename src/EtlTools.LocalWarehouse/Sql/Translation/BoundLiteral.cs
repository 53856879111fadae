using System.Globalization;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Translation;

/// <summary>
/// Writes bound values as PostgreSQL literals with their types: text only through <see cref="SqlText.Quote"/>, everything else
/// from .NET values whose text has neither quotes nor backslashes.
/// </summary>
internal static class BoundLiteral
{
    /// <summary>The PostgreSQL type a value is bound as; an instant with an offset is bound as the instant.</summary>
    internal static string TypeName(SnowType type) => type.Kind == TypeKind.TimestampTz ? "timestamptz" : type.PhysicalBase;

    /// <summary>True for the first and last dates of .NET: as parameters Npgsql sends them as infinities.</summary>
    internal static bool IsNeeded(BoundValue bound) =>
        bound.Value is DateOnly date ? date == DateOnly.MinValue || date == DateOnly.MaxValue : bound.Value is DateTime time && (time == DateTime.MinValue || time == DateTime.MaxValue);

    internal static string Write(BoundValue bound)
    {
        var invariant = CultureInfo.InvariantCulture;
        var text = bound.Value switch
        {
            null => "NULL",
            string value => SqlText.Quote(value),
            bool value => SqlText.Boolean(value),
            decimal value => "'" + value.ToString(invariant) + "'",
            double value => "'" + value.ToString("R", invariant) + "'",
            DateOnly value => "'" + value.ToString("yyyy-MM-dd", invariant) + "'",
            TimeOnly value => "'" + value.ToString("HH:mm:ss.ffffff", invariant) + "'",
            DateTime value => "'" + value.ToString("yyyy-MM-dd HH:mm:ss.ffffff", invariant) + (value.Kind == DateTimeKind.Utc ? "+00'" : "'"),
            byte[] value => "decode('" + Convert.ToHexString(value) + "','hex')",
            _ => throw new InvalidOperationException($"A bound value of type {bound.Value.GetType()} has no literal."),
        };
        return text + "::" + TypeName(bound.Type);
    }
}
