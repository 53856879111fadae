namespace EtlTools.Core.Postgres;

/// <summary>A table as PostgreSQL's catalog describes it.</summary>
/// <param name="Name">Its exact name.</param>
/// <param name="Columns">Its live columns in order.</param>
/// <param name="UniqueKeys">Column lists that a plain, immediate unique index covers: what ON CONFLICT can use.</param>
/// <param name="DeferrableKeys">Names and columns of deferrable unique constraints, which ON CONFLICT cannot use and does not tolerate beside one it can.</param>
/// <param name="ForeignKeys">Its references to parent tables.</param>
/// <param name="HasRowTriggers">Whether an enabled row trigger may change or drop what is written.</param>
public sealed record PostgresTable(
    PostgresTableName Name,
    IReadOnlyList<PostgresColumn> Columns,
    IReadOnlyList<IReadOnlyList<string>> UniqueKeys,
    IReadOnlyList<(string Name, IReadOnlyList<string> Columns)> DeferrableKeys,
    IReadOnlyList<PostgresForeignKey> ForeignKeys,
    bool HasRowTriggers)
{
    /// <summary>
    /// Whether COPY stores each row it is sent or fails: an ordinary table without row triggers, rules and row-level security. A
    /// partitioned table is left out, since its partitions may have what it has not.
    /// </summary>
    public bool StoresWhatIsCopied { get; init; }

    /// <summary>Whether its rows are kept in partitions.</summary>
    public bool IsPartitioned { get; init; }

    /// <summary>The column of that exact name, or null.</summary>
    public PostgresColumn? Find(string name) =>
        Columns.FirstOrDefault(column => string.Equals(column.Name, name, StringComparison.Ordinal));

    /// <summary>Whether a unique index covers exactly these columns, in any order.</summary>
    public bool IsUnique(IEnumerable<string> key)
    {
        var wanted = key.ToHashSet(StringComparer.Ordinal);
        return UniqueKeys.Any(columns => wanted.SetEquals(columns));
    }
}

/// <summary>A column of a PostgreSQL table.</summary>
/// <param name="Name">Exact name.</param>
/// <param name="Type">Its type.</param>
/// <param name="NotNull">Whether NULL is refused.</param>
/// <param name="HasDefault">Whether it fills itself when it is left out.</param>
/// <param name="IsGenerated">GENERATED ALWAYS AS (expression): cannot be written.</param>
public sealed record PostgresColumn(string Name, PostgresType Type, bool NotNull, bool HasDefault, bool IsGenerated);

/// <summary>A PostgreSQL type, domains resolved to what they are made of.</summary>
/// <param name="Base">Internal name of the base type: <c>int8</c>, <c>numeric</c>, <c>varchar</c>, <c>timestamptz</c>.</param>
/// <param name="Declared">As DDL writes it: <c>numeric(10,2)</c>.</param>
/// <param name="Length">Characters of varchar(n)/char(n); null means unbounded.</param>
/// <param name="Precision">Digits of numeric(p,s); null means unbounded.</param>
/// <param name="Scale">Fraction digits of numeric(p,s), or of a second for time types (0..6); null means unbounded.</param>
/// <param name="Category">PostgreSQL's one-letter type category (<c>E</c> enum, <c>A</c> array, …).</param>
public sealed record PostgresType(string Base, string Declared, int? Length, int? Precision, int? Scale, char Category);

/// <summary>A reference to a parent table.</summary>
/// <param name="Name">Constraint name.</param>
/// <param name="Columns">The child's columns.</param>
/// <param name="Parent">The parent table.</param>
/// <param name="ParentColumns">The parent's columns, in the order of <paramref name="Columns"/>.</param>
public sealed record PostgresForeignKey(
    string Name, IReadOnlyList<string> Columns, PostgresTableName Parent, IReadOnlyList<string> ParentColumns);
