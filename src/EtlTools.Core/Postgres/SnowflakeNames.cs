namespace EtlTools.Core.Postgres;

/// <summary>What a PostgreSQL name is called in Snowflake when nothing says otherwise.</summary>
public static class SnowflakeNames
{
    /// <summary>The name as Snowflake stores it: a plain lower-case name is upper case there, since both systems fold what is written without quotes; any other keeps its spelling.</summary>
    public static string Natural(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return IsPlain(name) ? name.ToUpperInvariant() : name;
    }

    /// <summary>The natural names of columns. Two that would be one (<c>id</c> and <c>"ID"</c>) both keep their spelling.</summary>
    public static IReadOnlyList<string> Natural(IReadOnlyList<string> names) =>
        [.. names.Select(name => names.Any(other => other != name && Natural(other) == Natural(name)) ? name : Natural(name))];

    /// <summary>Whether a name can be written without quotes in PostgreSQL and means the same: lower-case ASCII letters, digits and _.</summary>
    public static bool IsPlain(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');
    }

    /// <summary>A PostgreSQL table as the YAML file writes it.</summary>
    public static string Written(PostgresTableName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return $"{Part(name.Schema)}.{Part(name.Table)}";

        static string Part(string part) => IsPlain(part) ? part : PostgresIdentifier.Quote(part);
    }
}
