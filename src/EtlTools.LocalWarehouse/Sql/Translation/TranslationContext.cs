using System.Globalization;
using EtlTools.LocalWarehouse.Catalog;
using EtlTools.LocalWarehouse.Engine;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;

namespace EtlTools.LocalWarehouse.Sql.Translation;

/// <summary>What one statement's translation shares: session, loaded relations, bindings and the parameters used so far.</summary>
internal sealed class TranslationContext(
    SessionState session, IReadOnlyDictionary<RelationKey, WarehouseRelation> relations, IReadOnlyList<BoundValue> bindings)
{
    private readonly Dictionary<string, int> _parameterNumbers = new(StringComparer.Ordinal);
    private int _aliases;

    internal SessionState Session => session;

    /// <summary>The database and schema unqualified names belong to; a view brings its own.</summary>
    internal (string? Database, string? Schema) Default { get; set; } = (session.Database, session.Schema);

    internal List<BoundValue> Parameters { get; } = [];

    /// <summary>Writes bound values as literals, for statements that cannot take parameters.</summary>
    internal bool WritesLiterals { get; set; }

    /// <summary>The rows that a stage in FROM stands for; only COPY INTO has them.</summary>
    internal Loading.StagedTable? Staged { get; private init; }

    internal TranslationContext WithStaged(Loading.StagedTable staged) => new(session, relations, bindings) { Staged = staged };

    /// <summary>The same place with the values of another row, written as literals: there is no end to their number.</summary>
    internal TranslationContext WithBindings(IReadOnlyList<BoundValue> row) => new(session, relations, row) { WritesLiterals = true };

    internal int ViewDepth { get; set; }

    internal CommonTableScope CommonTables { get; set; } = CommonTableScope.Empty;

    internal string NextAlias() => "r" + (++_aliases).ToString(CultureInfo.InvariantCulture);

    internal WarehouseRelation? Find(ObjectName name) =>
        relations.GetValueOrDefault(SessionState.Resolve(name, Default.Database, Default.Schema, "SELECT"));

    internal WarehouseRelation Relation(ObjectName name) =>
        Find(name) ?? throw WarehouseErrors.ObjectNotFound("Object", SessionState.Resolve(name, Default.Database, Default.Schema, "SELECT").ToString());

    internal WarehouseRelation Table(ObjectName name)
    {
        var relation = Relation(name);
        return relation.IsView
            ? throw WarehouseErrors.Compilation(2003, "02000", $"Table '{relation.Key}' does not exist or not authorized.")
            : relation;
    }

    internal Fragment Parameter(string name)
    {
        if (ViewDepth > 0) throw WarehouseErrors.Unsupported("bind variables in a view");
        var bound = bindings.FirstOrDefault(b => b.Name == name)
            ?? bindings.FirstOrDefault(b => string.Equals(b.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new LocalWarehouseException(1003, "42601", $"SQL compilation error:\nBind variable {(char.IsAsciiDigit(name[0]) ? "?" : ":")} {name} not set.");
        var value = WritesLiterals || BoundLiteral.IsNeeded(bound) ? BoundLiteral.Write(bound) : Placeholder(bound);
        var sql = bound.Type.Kind == Types.TypeKind.TimestampTz
            ? string.Create(CultureInfo.InvariantCulture, $"sf_tz({value},{bound.OffsetMinutes})")
            : "(" + value + ")";
        return new Fragment(sql, bound.Type, bound.Value is null) { IsConstant = true };
    }

    private string Placeholder(BoundValue bound)
    {
        if (!_parameterNumbers.TryGetValue(bound.Name, out var number))
        {
            Parameters.Add(bound);
            number = _parameterNumbers[bound.Name] = Parameters.Count;
        }

        return string.Create(CultureInfo.InvariantCulture, $"${number}::{BoundLiteral.TypeName(bound.Type)}");
    }

    /// <summary>The bound value of a name, for places that need it while translating, such as a format.</summary>
    internal object? ConstantParameter(string name) =>
        bindings.FirstOrDefault(b => string.Equals(b.Name, name, StringComparison.OrdinalIgnoreCase))?.Value;
}
