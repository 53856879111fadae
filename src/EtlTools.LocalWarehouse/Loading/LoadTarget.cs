using System.Text;
using EtlTools.LocalWarehouse.Catalog;
using EtlTools.LocalWarehouse.Engine;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Files;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Parsing;
using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>
/// Where a COPY's rows go: straight into the table, checked on the way, or for a transformation into a temporary table that an
/// INSERT … SELECT then reads.
/// </summary>
internal sealed class LoadTarget(
    StatementRun run, CopyIntoTableStatement copy, WarehouseRelation table, TranslationContext context, CopyOptions options, FileFormat format)
{
    private readonly CopyText _output = new();
    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(run.State.Parameters.TimeZone);
    private readonly DateTimeOffset? _deadline = run.Timeout == 0 ? null : TimeProvider.System.GetUtcNow().AddSeconds(run.Timeout);
    private readonly IReadOnlyList<WarehouseColumn> _columns = DmlTranslator.Columns(table, copy.Columns);
    private int[]? _fields;
    private StagedTable? _staged;

    private string _constantColumns = "";
    private byte[] _constants = [];

    internal StatementRun Run => run;

    private PostgresLink Link => run.Session.Link;

    /// <summary>Refuses combinations of options, and decides the way the rows go.</summary>
    internal void Check()
    {
        _fields = PlainSelection.Fields(copy, _columns, format);
        if (copy.Query is not null && _fields is null)
            _staged = new StagedTable("pg_temp.staged_" + Guid.NewGuid().ToString("N"), format.Type == FileType.Csv ? Math.Max(1, copy.Fields) : 1, format.Type != FileType.Csv, 0, long.MaxValue);
        if (options.MatchByName is not null)
        {
            if (copy.Query is not null) throw WarehouseErrors.Unsupported("MATCH_BY_COLUMN_NAME with a transformation");
            if (copy.Columns.Count > 0) throw WarehouseErrors.Unsupported("MATCH_BY_COLUMN_NAME with a column list");
            if (format is { Type: FileType.Csv, ParseHeader: false }) throw WarehouseErrors.Compilation(2086, "22023", "MATCH_BY_COLUMN_NAME of CSV files requires the file format option PARSE_HEADER = TRUE.");
        }
        else if (format.ParseHeader)
        {
            throw WarehouseErrors.Compilation(2086, "22023", "Invalid file format \"PARSE_HEADER\" is only allowed for CSV MATCH_BY_COLUMN_NAME.");
        }

        if (options.ValidatesOnly && copy.Query is not null) throw WarehouseErrors.Unsupported("VALIDATION_MODE with a transformation");
        if (copy.Query is not null && format.Type != FileType.Csv && copy.Fields > 1) throw WarehouseErrors.InvalidIdentifier("$" + SqlText.Number(copy.Fields));
        if (format.Type != FileType.Csv && copy.Query is null && options.MatchByName is null && (_columns.Count != 1 || !_columns[0].Type.IsSemiStructured))
        {
            throw WarehouseErrors.Compilation(2019, "0A000",
                $"{format.Type.ToString().ToUpperInvariant()} file format can produce one and only one column of type variant, object, or array. Load data into separate columns using the MATCH_BY_COLUMN_NAME copy option or copy with transformation.");
        }
    }

    internal async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (_staged is null)
        {
            await EvaluateDefaultsAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        await Link.RunAsync(_staged.Definition, cancellationToken).ConfigureAwait(false);
        // The transformation's own errors come before any file is read.
        _ = Insert(_staged with { LastRow = 0 });
    }

    internal Task EndAsync(CancellationToken cancellationToken) =>
        _staged is null ? Task.CompletedTask : Link.RunAsync($"DROP TABLE {_staged.Physical}", cancellationToken);

    /// <summary>Loads one file as ON_ERROR says.</summary>
    internal async Task FileAsync(FileOutcome outcome, CancellationToken cancellationToken)
    {
        if (options.OnError.SkipsFile) await Link.RunAsync("SAVEPOINT sf_file", cancellationToken).ConfigureAwait(false);
        var kept = await LoadAsync(outcome, cancellationToken).ConfigureAwait(false);
        if (!kept) outcome.RowsLoaded = 0;
        if (options.OnError.SkipsFile)
            await Link.RunAsync(kept ? "RELEASE SAVEPOINT sf_file" : "ROLLBACK TO SAVEPOINT sf_file; RELEASE SAVEPOINT sf_file", cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> LoadAsync(FileOutcome outcome, CancellationToken cancellationToken)
    {
        var reader = await OpenAsync(outcome, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            if (!await new FileLoad(run, CopySql(), options.OnError, _output, _deadline).RunAsync(reader, outcome, cancellationToken).ConfigureAwait(false)) return false;
        }

        return _staged is null || await new Transformation(run, options.OnError, _staged, Insert).RunAsync(outcome, cancellationToken).ConfigureAwait(false);
    }

    internal async Task ValidateAsync(FileOutcome outcome, CancellationToken cancellationToken)
    {
        var reader = await OpenAsync(outcome, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
            await new FileLoad(run, "", options.OnError, _output, _deadline).ValidateAsync(reader, outcome, cancellationToken).ConfigureAwait(false);
    }

    private async Task<RowReader> OpenAsync(FileOutcome outcome, CancellationToken cancellationToken) => format.Type switch
    {
        FileType.Csv => await CsvReader.OpenAsync(outcome.File, format, table.Key.Name, copy.Query is null, names => Layout(outcome, names), cancellationToken).ConfigureAwait(false),
        FileType.Json => await JsonReader.OpenAsync(outcome.File, format, Layout(outcome, null), Named(outcome), options.MatchByName is null ? null : Match, cancellationToken).ConfigureAwait(false),
        _ => ParquetReader.Open(outcome.File, format, Layout(outcome, null), Named(outcome), options.MatchByName is null ? null : Match),
    };

    private NamedColumn[] Named(FileOutcome outcome) =>
        options.MatchByName is null ? [] : [.. Layout(outcome, null).Columns.Select((c, i) => new NamedColumn(c, _columns[i].Type, format.NullIf, _zone))];

    /// <summary>The column of a name in the file.</summary>
    private int Match(string name)
    {
        for (var i = 0; i < _columns.Count; i++)
        {
            if (options.MatchByName!.Equals(_columns[i].Name, name)) return i;
        }

        return -1;
    }

    private string CopySql()
    {
        if (_staged is not null) return $"COPY {_staged.Physical} FROM STDIN";
        return $"COPY {table.Physical} ({string.Join(", ", _columns.Select(c => c.Physical))}{_constantColumns}) FROM STDIN";
    }

    /// <summary>The INSERT of a transformation, reading the rows of the staged table's range.</summary>
    private (string Sql, TranslationContext Context) Insert(StagedTable staged)
    {
        var inner = context.WithStaged(staged);
        return (new DmlTranslator(inner).Insert(new InsertStatement(copy.Table, copy.Columns, copy.Query, null, false)), inner);
    }

    private RowLayout Layout(FileOutcome outcome, IReadOnlyList<string>? names)
    {
        if (_staged is not null)
        {
            var text = new CopyText();
            text.Text(Encoding.UTF8.GetBytes(outcome.File.Path));
            ColumnWriter writer = _staged.IsSemiStructured ? new JsonWriter(TypeKind.Variant) : new TextWriter(int.MaxValue, LengthRule.Refuse);
            return new RowLayout([.. Enumerable.Range(0, _staged.Fields).Select(i => new TargetColumn($"\"{table.Key.Name}\"[\"${SqlText.Number(i + 1)}\":{SqlText.Number(i + 1)}]", i, true, writer))], text.Written.ToArray(), true);
        }

        return new RowLayout([.. _columns.Select((c, i) => new TargetColumn(
            $"\"{table.Key.Name}\"[\"{c.Name}\":{SqlText.Number(i + 1)}]", Field(c.Name, i, names), c.Nullable, ColumnWriter.For(c.Type, format, _zone, options.Length)))], _constants, false);
    }

    private int Field(string column, int position, IReadOnlyList<string>? names)
    {
        if (names is null) return _fields?[position] ?? position;
        for (var i = 0; i < names.Count; i++)
        {
            if (options.MatchByName!.Equals(names[i], column)) return i;
        }

        return -1;
    }

    /// <summary>Columns that the file does not give take their defaults, which are the same for all rows of a statement.</summary>
    private async Task EvaluateDefaultsAsync(CancellationToken cancellationToken)
    {
        var unnamed = table.Columns.Where(c => c.DefaultText is not null && !_columns.Contains(c)).ToList();
        if (unnamed.Count == 0) return;
        var varying = unnamed.Find(c => Lexer.Tokenize(c.DefaultText!).Exists(t => t.IsWord("UUID_STRING") || t.IsWord("RANDOM")));
        if (varying is not null) throw WarehouseErrors.Unsupported($"COPY INTO a table whose column {varying.Name} has a default that differs from row to row (name the column)");
        var values = new DmlTranslator(context).Defaults(table, _columns);
        var rows = await Link.QueryAsync(
            $"SELECT {string.Join(", ", values.Select((v, i) => $"({v})::{unnamed[i].Type.Physical}::text"))}",
            r => Enumerable.Range(0, values.Count).Select(i => r.IsDBNull(i) ? null : r.GetString(i)).ToList(), cancellationToken).ConfigureAwait(false);
        var text = new CopyText();
        foreach (var (value, i) in rows[0].Select((v, i) => (v, i)))
        {
            if (i > 0) text.Byte((byte)'\t');
            if (value is null) text.Null();
            else text.Text(Encoding.UTF8.GetBytes(value));
        }

        _constants = text.Written.ToArray();
        _constantColumns = string.Concat(unnamed.Select(c => ", " + c.Physical));
    }
}
