using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.Snowflake;
using EtlTools.Core.Sync.Drift;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>
/// Maps the columns of a PostgreSQL table to those of a Snowflake table before anything is read, and refuses a pair that does not
/// fit, with the DDL that would make it fit. All findings are reported at once.
/// </summary>
internal sealed class OutboundDrift(PipelineDefinition pipeline, PostgresTable source, SnowflakeTable target)
{
    private readonly List<OutboundColumn> _columns = [];
    private readonly List<string> _statements = [];
    private readonly List<string> _notes = [];
    private readonly List<string> _problems = [];
    private readonly List<string> _remedies = [];
    private readonly string _table = target.Name.ToSql();

    /// <summary>Fits the tables together.</summary>
    /// <exception cref="DriftException">They do not fit.</exception>
    public OutboundPlan Plan()
    {
        foreach (var (column, name) in Mapped()) PlanColumn(column, name);
        foreach (var transform in pipeline.Transforms.Where(t => t.IsComputed && source.Find(t.Column) is null)) PlanComputed(transform);
        var loadedAt = target.Find(LoadedAtColumn.Name) is { } found && !IsPlanned(found) ? SnowflakeIdentifier.Quote(found.Name) : null;
        var softDelete = SoftDelete();
        var key = Key();
        foreach (var column in target.Columns.Where(c => !c.Nullable && !IsPlanned(c) && c.Name != target.Find(LoadedAtColumn.Name)?.Name && c != softDelete))
            Problem($"target column {column.Name} must not be NULL, and no source column fills it", $"ALTER TABLE {_table} ALTER COLUMN {SnowflakeIdentifier.Quote(column.Name)} DROP NOT NULL;");
        if (_problems.Count == 0)
        {
            var isUnique = source.IsUnique(key.Select(position => _columns[position].Source?.Name ?? ""));
            return new OutboundPlan(source, target, _columns, key, isUnique, loadedAt, softDelete, _statements, _notes);
        }

        throw new DriftException(
            $"{pipeline.Name}: {source.Name} and {target.Name} do not fit together:{Environment.NewLine}- " + string.Join(Environment.NewLine + "- ", _problems),
            _remedies.Count > 0 ? string.Join(Environment.NewLine, _remedies.Distinct(StringComparer.Ordinal)) : "Change the table's columns in the configuration, or the target table.");
    }

    private IEnumerable<(PostgresColumn Column, string? TargetName)> Mapped()
    {
        var excluded = pipeline.Exclude.Select(Source).OfType<PostgresColumn>().ToHashSet();
        if (pipeline.Columns is null) return source.Columns.Where(column => !excluded.Contains(column)).Select(column => (column, (string?)null));
        return pipeline.Columns
            .Select(mapping => (Column: Source(mapping.Source), Target: mapping.Target == mapping.Source ? null : mapping.Target))
            .Where(pair => pair.Column is not null && !excluded.Contains(pair.Column))
            .Select(pair => (pair.Column!, pair.Target));
    }

    private PostgresColumn? Source(string name)
    {
        if (source.Find(name) is { } column) return column;
        if (pipeline.Transforms.Any(t => t.IsComputed && t.Column == name)) return null;
        Problem($"source column {name} does not exist", $"Correct the name; {source.Name} has: {string.Join(", ", source.Columns.Select(c => c.Name))}.");
        return null;
    }

    private void PlanColumn(PostgresColumn column, string? wanted)
    {
        var transform = pipeline.Transforms.FirstOrDefault(t => t.Column == column.Name);
        var name = wanted ?? transform?.NewName ?? column.Name;
        if (target.Find(name) is not { } match) PlanMissing(column, transform, name);
        else
        {
            // Text that a transform has worked on is text, whatever it was.
            var type = transform is null ? column.Type : TextType;
            var fit = OutboundFit.Of(type, match.Type, transform?.Steps.OfType<CastStep>().Any() ?? false);
            if (fit.Verdict != FitVerdict.Fits)
                Problem($"column {match.Name}: {fit.Reason}", $"ALTER TABLE {_table} ALTER COLUMN {SnowflakeIdentifier.Quote(match.Name)} SET DATA TYPE {fit.Needed};");
            Add(column, match, transform);
        }
    }

    private void PlanComputed(ColumnTransform transform)
    {
        var name = transform.NewName ?? transform.Column;
        if (target.Find(name) is { } match) Add(null, match, transform);
        else Problem($"the target has no column {name}, which the transform fills", $"ALTER TABLE {_table} ADD COLUMN {SnowflakeIdentifier.Quote(Natural(name))} VARCHAR;");
    }

    private void Add(PostgresColumn? column, SnowflakeColumn match, ColumnTransform? transform)
    {
        if (IsPlanned(match)) Problem($"two columns go to target column {match.Name}", "Exclude one of them, or rename it.");
        var projection = transform?.Steps[0] switch
        {
            ConstantStep constant => constant.Value is null ? "NULL::text" : $"{PostgresLiteral.Text(constant.Value)}::text",
            SqlStep sql => $"({sql.Expression})::text",
            _ => OutboundColumn.Project(column!),
        };
        _columns.Add(new OutboundColumn(projection, transform?.IsComputed == true ? null : column, match, transform));
    }

    private void PlanMissing(PostgresColumn column, ColumnTransform? transform, string name)
    {
        var declared = transform is null ? SnowflakeTypeMap.Of(column.Type).Type.ToSql() : "VARCHAR";
        var stored = Natural(name);
        var alter = $"ALTER TABLE {_table} ADD COLUMN {SnowflakeIdentifier.Quote(stored)} {declared};";
        if (pipeline.OnNewColumn == NewColumnPolicy.Add)
        {
            _statements.Add(alter);
            _notes.Add($"Column {stored} is new at the source and is added: {alter}");
        }
        else if (pipeline.OnNewColumn == NewColumnPolicy.Ignore) _notes.Add($"Source column {column.Name} is not in the target and is left out.");
        else Problem($"source column {column.Name} ({column.Type.Declared}) has no target column", alter + " -- or set on_new_column: add or ignore, or list it under exclude");
    }

    private SnowflakeColumn? SoftDelete()
    {
        if (pipeline.SoftDeleteColumn is not { } name) return null;
        if (target.Find(name) is not { } column)
        {
            Problem($"delete: soft:{name} names a column the target does not have", $"ALTER TABLE {_table} ADD COLUMN {SnowflakeIdentifier.Quote(Natural(name))} BOOLEAN DEFAULT FALSE;");
            return null;
        }

        if (IsPlanned(column)) Problem($"the soft delete column {column.Name} is also filled from the source", "Exclude the source column, or name another one.");
        if (column.Type.Kind is not (SnowflakeTypeKind.Boolean or SnowflakeTypeKind.TimestampNtz or SnowflakeTypeKind.TimestampLtz or SnowflakeTypeKind.TimestampTz))
            Problem($"the soft delete column {column.Name} is {column.Type}", "Make it BOOLEAN or a TIMESTAMP.");
        return column;
    }

    private List<int> Key()
    {
        var positions = new List<int>();
        foreach (var name in pipeline.Key)
        {
            var position = _columns.FindIndex(column => target.Find(name) == column.Target);
            if (position < 0) Problem($"key column {name} is not among the columns that travel", "Correct pk, or map a source column to it.");
            else positions.Add(position);
        }

        return positions;
    }

    private bool IsPlanned(SnowflakeColumn column) => _columns.Exists(planned => planned.Target == column);

    // An unquoted PostgreSQL name is lower case; its counterpart is upper case. Anything else keeps its spelling.
    private static string Natural(string name) =>
        name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '$') ? name.ToUpperInvariant() : name;

    private static PostgresType TextType { get; } = new("text", "text", null, null, null, 'S');

    private void Problem(string problem, string remedy)
    {
        _problems.Add(problem);
        _remedies.Add(remedy);
    }
}
