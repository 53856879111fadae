using System.Text.RegularExpressions;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Translation;

/// <summary>
/// A shortcut for text columns that hold numbers, dates or booleans the usual way: such a value is told by a test that costs
/// less than the function which knows all forms, and is cast by PostgreSQL itself to what that function would return. Millions of
/// staged texts are cast so.
/// </summary>
internal static partial class CommonText
{
    /// <summary>Puts the shortcut before a cast of a column; another expression would be computed twice and is left alone.</summary>
    internal static string Before(string cast, Fragment value, SnowType target)
    {
        if (value.Type.Kind != TypeKind.Text || !Column().IsMatch(value.Sql)) return cast;
        var x = value.Sql;
        return target.Kind switch
        {
            TypeKind.Number when target.Scale == 0 =>
                $"(CASE WHEN {x} <> '' AND char_length({x}) <= {SqlText.Number(target.Precision)} AND ltrim({x}, '0123456789') = '' THEN {x}::numeric ELSE {cast} END)",
            TypeKind.Number when target.Precision > target.Scale =>
                $"(CASE WHEN {x} ~ '^-?[0-9]{{1,{SqlText.Number(target.Precision - target.Scale)}}}(\\.[0-9]{{1,{SqlText.Number(target.Scale)}}})?$' THEN {x}::numeric({SqlText.Number(target.Precision)},{SqlText.Number(target.Scale)}) ELSE {cast} END)",
            TypeKind.Boolean => $"(CASE {x} WHEN 'true' THEN true WHEN 'false' THEN false ELSE {cast} END)",
            // A day that every month has.
            TypeKind.Date => $"(CASE WHEN {x} ~ '^[1-9][0-9]{{3}}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$' THEN {x}::date ELSE {cast} END)",
            _ => cast,
        };
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*\\.[a-z][a-z0-9_]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Column();
}
