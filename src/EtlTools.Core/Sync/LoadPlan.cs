using EtlTools.Core.Config;
using EtlTools.Core.Postgres;

namespace EtlTools.Core.Sync;

/// <summary>Everything a batch needs to get into its target: names, statements and policies, fixed for a run.</summary>
internal sealed class LoadPlan
{
    private const string Overlay = "pg_temp.etl_overlay";

    private readonly int[] _keyPositions;

    private LoadPlan(PostgresTable target, IReadOnlyList<string> columns, IReadOnlyList<string> key, UpsertSql sql, MissingParentPolicy onMissingParent)
    {
        Target = target;
        Columns = columns;
        Key = key;
        Sql = sql;
        OnMissingParent = onMissingParent;
        _keyPositions = [.. key.Select(name => columns.ToList().IndexOf(name))];
        ForeignKeys = [.. target.ForeignKeys.Where(reference => reference.Columns.All(columns.Contains))];
    }

    /// <summary>The table that gets the rows.</summary>
    public PostgresTable Target { get; }

    /// <summary>Columns written, in the order of the encoded fields.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Key columns.</summary>
    public IReadOnlyList<string> Key { get; }

    /// <summary>The statements.</summary>
    public UpsertSql Sql { get; }

    /// <summary>References whose columns are all written by this pipeline.</summary>
    public IReadOnlyList<PostgresForeignKey> ForeignKeys { get; }

    /// <summary>What becomes of rows without their parent.</summary>
    public MissingParentPolicy OnMissingParent { get; }

    /// <summary>Statements that set up the session before the first batch.</summary>
    public IReadOnlyList<string> SessionSql { get; private init; } = [];

    /// <summary>Whether rows go to an overlay that stands in for the target.</summary>
    public bool IsDryRun { get; private init; }

    /// <summary>The key among a row's values.</summary>
    public string?[] KeyOf(string?[] values) => Array.ConvertAll(_keyPositions, position => values[position]);

    /// <summary>A load into the target itself.</summary>
    /// <param name="target">The target.</param>
    /// <param name="columns">Columns written.</param>
    /// <param name="key">Key columns.</param>
    /// <param name="stage">Quoted name of the staging table.</param>
    /// <param name="createStage">Statement that makes it; null when it is there.</param>
    /// <param name="onMissingParent">Policy.</param>
    public static LoadPlan ForTarget(
        PostgresTable target, IReadOnlyList<string> columns, IReadOnlyList<string> key, string stage, string? createStage, MissingParentPolicy onMissingParent) =>
        new(target, columns, key, new UpsertSql(stage, target.Name.ToSql(), columns, key), onMissingParent)
        {
            SessionSql = createStage is null ? [] : [$"DROP TABLE IF EXISTS {stage}", createStage],
        };

    /// <summary>
    /// A load into a temporary overlay that takes over the target's constraints and pulls in the target's rows as they are touched.
    /// The session is read-only but for temporary tables, so the server itself keeps every other table as it is.
    /// </summary>
    /// <param name="target">The target, with columns the run would add.</param>
    /// <param name="columns">Columns written.</param>
    /// <param name="key">Key columns.</param>
    /// <param name="stage">Quoted name of the temporary staging table.</param>
    /// <param name="emptyAtCommit">Whether the stage is emptied at each commit.</param>
    /// <param name="added">Columns that a real run would add first.</param>
    /// <param name="onMissingParent">Policy.</param>
    public static LoadPlan ForDryRun(
        PostgresTable target, IReadOnlyList<string> columns, IReadOnlyList<string> key, string stage, bool emptyAtCommit,
        IReadOnlyList<PostgresColumn> added, MissingParentPolicy onMissingParent) =>
        new(target, columns, key, new UpsertSql(stage, Overlay, columns, key, overlaid: target), onMissingParent)
        {
            IsDryRun = true,
            SessionSql =
            [
                .. OverlaySql(target, columns, added),
                $"DROP TABLE IF EXISTS {stage}",
                UpsertSql.CreateStage(stage, Overlay, columns, emptyAtCommit),
                "SET default_transaction_read_only = on",
            ],
        };

    private static IEnumerable<string> OverlaySql(PostgresTable target, IReadOnlyList<string> columns, IReadOnlyList<PostgresColumn> added)
    {
        yield return $"DROP TABLE IF EXISTS {Overlay}";
        yield return $"CREATE TEMPORARY TABLE {Overlay} (LIKE {target.Name.ToSql()} INCLUDING CONSTRAINTS INCLUDING INDEXES INCLUDING GENERATED INCLUDING DEFAULTS)";
        yield return "CREATE TEMPORARY SEQUENCE IF NOT EXISTS etl_overlay_number INCREMENT -1";
        foreach (var column in added)
            yield return $"ALTER TABLE {Overlay} ADD COLUMN {PostgresIdentifier.Quote(column.Name)} {column.Type.Declared}";

        // A default that draws from a sequence would move the real sequence; the dry run has one of its own.
        foreach (var column in target.Columns.Where(c => c.HasDefault && c.Type.Base is "int2" or "int4" or "int8" && !columns.Contains(c.Name)))
            yield return $"ALTER TABLE {Overlay} ALTER COLUMN {PostgresIdentifier.Quote(column.Name)} SET DEFAULT nextval('pg_temp.etl_overlay_number')";
    }
}
