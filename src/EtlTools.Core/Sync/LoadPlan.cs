using EtlTools.Core.Config;
using EtlTools.Core.Postgres;
using EtlTools.Core.Rows;
using EtlTools.Core.Sync.Drift;

namespace EtlTools.Core.Sync;

/// <summary>Everything a batch needs to get into its target: names, statements and policies, fixed for a run.</summary>
internal sealed class LoadPlan
{
    private readonly int[] _keyPositions;
    private readonly IReadOnlyList<ColumnPlan> _columnPlans;
    private DryRunSession? _dryRun;
    private string? _overlay;

    private LoadPlan(TablePlan plan, UpsertSql sql, MissingParentPolicy onMissingParent)
    {
        Target = plan.Target;
        Columns = plan.TargetColumns;
        Key = plan.Key;
        Sql = sql;
        OnMissingParent = onMissingParent;
        _columnPlans = plan.Columns;
        _keyPositions = [.. Key.Select(name => Columns.ToList().IndexOf(name))];
        ForeignKeys = [.. Target.ForeignKeys.Where(reference => reference.Columns.All(Columns.Contains))];
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

    /// <summary>Whether rows of the target may be parents of others.</summary>
    public bool IsSelfReferencing => ForeignKeys.Any(reference => reference.Parent == Target.Name);

    /// <summary>What becomes of rows without their parent.</summary>
    public MissingParentPolicy OnMissingParent { get; }

    /// <summary>Statements that set up the session before the first batch.</summary>
    public IReadOnlyList<string> SessionSql { get; private init; } = [];

    /// <summary>Whether rows go to an overlay that stands in for the target.</summary>
    public bool IsDryRun => _dryRun is not null;

    /// <summary>Returns the ordinals of staged rows whose parent is missing.</summary>
    public string FindOrphans(PostgresForeignKey reference) =>
        Sql.FindOrphans(reference, reference.Parent == Target.Name, _dryRun?.OverlayOf(reference.Parent));

    /// <summary>Says that <see cref="SessionSql"/> has been run.</summary>
    public void MarkPrepared() => _dryRun?.Keep(Target.Name, _overlay!);

    /// <summary>The key among a row's values, in its one spelling.</summary>
    public string?[] KeyOf(string?[] values) =>
        Array.ConvertAll(_keyPositions, position => KeyText.Of(_columnPlans[position].KeyForm, values[position]));

    /// <summary>A key, in its one spelling, from the target's own texts of its columns.</summary>
    public string?[] SpelledKey(string?[] key) => [.. key.Select((value, i) => KeyText.Of(_columnPlans[_keyPositions[i]].KeyForm, value))];

    /// <summary>A row as the source sent it, from its values as they were encoded or staged.</summary>
    public string?[] AsSent(string?[] values) => [.. values.Select((value, i) => KeyText.AsSent(_columnPlans[i].Rule.Kind, value))];

    /// <summary>A load into the target itself.</summary>
    /// <param name="plan">How the tables fit together.</param>
    /// <param name="stage">Quoted name of the staging table.</param>
    /// <param name="createStage">Statement that makes it; null when it is there.</param>
    /// <param name="onMissingParent">Policy.</param>
    public static LoadPlan ForTarget(
        TablePlan plan, string stage, string? createStage, MissingParentPolicy onMissingParent) =>
        new(plan, new UpsertSql(stage, plan.Target.Name.ToSql(), plan.TargetColumns, plan.Key, isPartitioned: plan.Target.IsPartitioned), onMissingParent)
        {
            SessionSql = createStage is null ? [] : [$"DROP TABLE IF EXISTS {stage}", createStage],
        };

    /// <summary>A load into the target itself beside other writers: a row of which the target has a newer version is left as it is.</summary>
    /// <param name="plan">How the tables fit together.</param>
    /// <param name="stage">Quoted name of the staging table.</param>
    /// <param name="age">The target column by which the newer version is told; null overwrites whatever is there.</param>
    /// <param name="onMissingParent">Policy.</param>
    public static LoadPlan ForBackfill(TablePlan plan, string stage, PostgresColumn? age, MissingParentPolicy onMissingParent) =>
        new(plan, new UpsertSql(stage, plan.Target.Name.ToSql(), plan.TargetColumns, plan.Key, isPartitioned: plan.Target.IsPartitioned, age: age), onMissingParent)
        {
            SessionSql = [$"DROP TABLE IF EXISTS {stage}", UpsertSql.CreateStage(stage, plan.Target.Name.ToSql(), plan.TargetColumns, emptyAtCommit: true)],
        };

    /// <summary>
    /// A load into a temporary overlay that takes over the target's constraints and pulls in the target's rows as they are touched.
    /// The session is read-only but for temporary tables, so the server itself keeps every other table as it is.
    /// </summary>
    /// <param name="plan">How the tables fit together, columns that a real run would add first among them.</param>
    /// <param name="stage">Quoted name of the temporary staging table.</param>
    /// <param name="session">Where both are made, beside the overlays of tables done before.</param>
    /// <param name="emptyAtCommit">Whether the stage is emptied at each commit.</param>
    /// <param name="onMissingParent">Policy.</param>
    public static LoadPlan ForDryRun(
        TablePlan plan, string stage, DryRunSession session, bool emptyAtCommit, MissingParentPolicy onMissingParent)
    {
        var overlay = session.NextOverlay();
        return new(plan, new UpsertSql(stage, overlay, plan.TargetColumns, plan.Key, overlaid: plan.Target), onMissingParent)
        {
            _dryRun = session,
            _overlay = overlay,
            SessionSql =
            [
                "SET default_transaction_read_only = off",
                .. OverlaySql(overlay, plan.Target, plan.TargetColumns, plan.Added),
                $"DROP TABLE IF EXISTS {stage}",
                UpsertSql.CreateStage(stage, overlay, plan.TargetColumns, emptyAtCommit),
                "SET default_transaction_read_only = on",
            ],
        };
    }

    private static IEnumerable<string> OverlaySql(string overlay, PostgresTable target, IReadOnlyList<string> columns, IReadOnlyList<PostgresColumn> added)
    {
        yield return $"DROP TABLE IF EXISTS {overlay}";
        yield return $"CREATE TEMPORARY TABLE {overlay} (LIKE {target.Name.ToSql()} INCLUDING CONSTRAINTS INCLUDING INDEXES INCLUDING GENERATED INCLUDING DEFAULTS)";
        yield return "CREATE TEMPORARY SEQUENCE IF NOT EXISTS etl_overlay_number INCREMENT -1";
        foreach (var column in added)
            yield return $"ALTER TABLE {overlay} ADD COLUMN {PostgresIdentifier.Quote(column.Name)} {column.Type.Declared}";

        // A default that draws from a sequence would move the real sequence; the dry run has one of its own.
        foreach (var column in target.Columns.Where(c => c.HasDefault && c.Type.Base is "int2" or "int4" or "int8" && !columns.Contains(c.Name)))
            yield return $"ALTER TABLE {overlay} ALTER COLUMN {PostgresIdentifier.Quote(column.Name)} SET DEFAULT nextval('pg_temp.etl_overlay_number')";
        yield return OwnSequence(overlay);
    }

    // Defaults that build something else from a number: the same expression, with the number drawn from the dry run's sequence.
    private static string OwnSequence(string overlay) =>
        $$"""
        DO $do$
        DECLARE c record;
        BEGIN
            FOR c IN SELECT a.attname, pg_get_expr(d.adbin, d.adrelid) AS expression
                     FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
                     WHERE d.adrelid = '{{overlay}}'::regclass AND a.attgenerated = '' AND pg_get_expr(d.adbin, d.adrelid) LIKE '%nextval(%'
            LOOP
                EXECUTE format('ALTER TABLE {{overlay}} ALTER COLUMN %I SET DEFAULT %s', c.attname,
                    regexp_replace(c.expression, 'nextval\(''[^'']+''::regclass\)', 'nextval(''pg_temp.etl_overlay_number''::regclass)', 'g'));
            END LOOP;
        END $do$
        """;
}
