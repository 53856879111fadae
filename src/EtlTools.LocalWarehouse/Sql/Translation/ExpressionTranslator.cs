using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Functions;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Translation;

/// <summary>Binds expressions to columns and types and writes them as PostgreSQL.</summary>
internal sealed class ExpressionTranslator(TranslationContext context, Scope scope)
{
    private readonly HashSet<string> _openAliases = new(StringComparer.Ordinal);

    internal TranslationContext Context => context;

    internal Scope Scope => scope;

    internal Fragment Translate(Expression expression)
    {
        switch (expression)
        {
            case NullLiteral: return new Fragment("NULL", SnowType.Null) { IsConstant = true };
            case BooleanLiteral b: return new Fragment(b.Value ? "true" : "false", SnowType.Boolean, false) { IsConstant = true };
            case NumberLiteral n: return Number(n.Text);
            case TextLiteral t: return Text(t.Value);
            case BindReference bind: return context.Parameter(bind.Name);
            case ColumnReference column: return Column(column);
            case UnaryExpression { Operator: "NOT" } not:
                var negated = Condition(not.Operand);
                return negated with { Sql = $"(NOT {negated.Sql})" };
            case UnaryExpression minus: return Operators.Negate(Translate(minus.Operand), context);
            case BinaryExpression binary: return Binary(binary);
            case IsNullExpression isNull:
                var operand = Translate(isNull.Operand);
                var tested = operand.Type.Kind == TypeKind.TimestampTz ? $"({operand.Sql}).at" : operand.Type.Kind == TypeKind.Null ? "NULL::text" : operand.Sql;
                return new Fragment($"({tested} IS {(isNull.Negated ? "NOT " : "")}NULL)", SnowType.Boolean, false);
            case DistinctFromExpression d: return Operators.DistinctFrom(Translate(d.Left), Translate(d.Right), d.Negated, context);
            case InListExpression list: return In(list);
            case InQueryExpression query: return InQuery(query);
            case BetweenExpression between:
                Expression range = new BinaryExpression("AND", new BinaryExpression(">=", between.Operand, between.Low), new BinaryExpression("<=", between.Operand, between.High));
                return Translate(between.Negated ? new UnaryExpression("NOT", range) : range);
            case LikeExpression like: return Like(like);
            case CaseExpression c: return Case(c);
            case CastExpression cast: return Cast(cast);
            case ExistsExpression exists:
                return new Fragment($"EXISTS ({new QueryTranslator(context).Translate(exists.Query, scope).Sql})", SnowType.Boolean, false);
            case ScalarQueryExpression scalar: return Scalar(scalar.Query);
            case PathExpression path: return Path(path);
            case FunctionCall call: return FunctionTable.Translate(call, this);
            case StarExpression: throw WarehouseErrors.Unsupported("* outside a select list");
            default: throw WarehouseErrors.Unsupported(expression.GetType().Name);
        }
    }

    /// <summary>Translates where a truth value is required.</summary>
    internal Fragment Condition(Expression expression)
    {
        var value = Translate(expression);
        return value.Type.Kind switch
        {
            TypeKind.Boolean => value,
            TypeKind.Null or TypeKind.Number or TypeKind.Text or TypeKind.Variant => Coercion.Cast(value, SnowType.Boolean, context),
            _ => throw WarehouseErrors.ArgumentTypes("condition", [value.Type.Declaration]),
        };
    }

    internal string SortList(IEnumerable<OrderItem> items) => string.Join(", ", items.Select(Sort));

    internal string Sort(OrderItem item) => Sort(item, Translate(item.Expression));

    internal static string Sort(OrderItem item, Fragment key) =>
        Operators.SortKey(key.Type.Kind == TypeKind.Null ? key with { Sql = "NULL::text" } : key)
        + (item.Descending ? " DESC" : "")
        + item.NullsFirst switch { true => " NULLS FIRST", false => " NULLS LAST", _ => "" };

    private static Fragment Number(string text)
    {
        if (text.Contains('e', StringComparison.OrdinalIgnoreCase))
            return new Fragment($"'{text}'::float8", SnowType.Float, false) { IsConstant = true };
        var digits = text.TrimStart('-');
        var dot = digits.IndexOf('.', StringComparison.Ordinal);
        var fraction = dot < 0 ? "" : digits[(dot + 1)..];
        var whole = (dot < 0 ? digits : digits[..dot]).TrimStart('0');
        var precision = Math.Max(1, whole.Length + fraction.Length);
        if (precision > 38) return new Fragment($"'{text}'::float8", SnowType.Float, false) { IsConstant = true };
        return new Fragment($"({text}::numeric)", SnowType.Number(precision, fraction.Length), false) { IsConstant = true };
    }

    internal static Fragment Text(string value)
    {
        var length = new StringInfoLength(value).CodePoints;
        return new Fragment(SqlText.Literal(value), SnowType.Varchar(Math.Max(1, length)), false) { IsConstant = true };
    }

    private Fragment Column(ColumnReference reference)
    {
        for (var at = scope; at is not null; at = at.Parent)
        {
            if (at.FindColumn(reference) is { } column) return new Fragment(column.Sql, column.Type, column.Nullable);
            if (at != scope || reference.Parts.Count != 1 || !at.Aliases.TryGetValue(reference.Name, out var alias)) continue;
            if (!_openAliases.Add(reference.Name)) break;
            var fragment = Translate(alias);
            _openAliases.Remove(reference.Name);
            return fragment;
        }

        throw WarehouseErrors.InvalidIdentifier(string.Join('.', reference.Parts));
    }

    private Fragment Binary(BinaryExpression binary)
    {
        if (binary.Operator is "AND" or "OR")
        {
            var (a, b) = (Condition(binary.Left), Condition(binary.Right));
            return new Fragment($"({a.Sql} {binary.Operator} {b.Sql})", SnowType.Boolean, a.Nullable || b.Nullable);
        }

        var (left, right) = (Translate(binary.Left), Translate(binary.Right));
        switch (binary.Operator)
        {
            case "||":
                return TextFunctions.Concatenate([left, right], context);
            case "=" or "<" or ">" or "<=" or ">=" or "<>":
                return Operators.Compare(binary.Operator, left, right, context);
            default:
                return Operators.Arithmetic(binary.Operator, left, right, context);
        }
    }

    private Fragment In(InListExpression list)
    {
        var operand = Translate(list.Operand);
        var tests = list.Items.Select(item => Operators.Compare("=", operand, Translate(item), context).Sql);
        return new Fragment($"({(list.Negated ? "NOT " : "")}({string.Join(" OR ", tests)}))", SnowType.Boolean);
    }

    private Fragment InQuery(InQueryExpression query)
    {
        var operand = Translate(query.Operand);
        var translated = new QueryTranslator(context).Translate(query.Query, scope);
        if (translated.Columns.Count != 1) throw WarehouseErrors.Compilation(1027, "42601", "subquery of IN must return one column.");
        var (left, right, _) = Operators.Meet(operand, new Fragment("q.c0", translated.Columns[0].Type), "IN", context);
        return new Fragment($"({left} {(query.Negated ? "NOT " : "")}IN (SELECT {right} FROM ({translated.Sql}) AS q))", SnowType.Boolean);
    }

    private Fragment Like(LikeExpression like)
    {
        var operand = Coercion.Cast(Translate(like.Operand), SnowType.Text, context);
        var pattern = Coercion.Cast(Translate(like.Pattern), SnowType.Text, context);
        // Snowflake has no escape character unless ESCAPE names one; PostgreSQL's default is the backslash.
        var escape = like.Escape is null ? "''" : Coercion.Cast(Translate(like.Escape), SnowType.Text, context).Sql;
        return new Fragment($"({operand.Sql} {(like.Negated ? "NOT " : "")}{(like.IgnoreCase ? "ILIKE" : "LIKE")} {pattern.Sql} ESCAPE {escape})", SnowType.Boolean);
    }

    private Fragment Case(CaseExpression c)
    {
        var results = c.Whens.Select(w => Translate(w.Result)).ToList();
        var otherwise = c.Else is null ? null : Translate(c.Else);
        var type = CommonType.Of(results.Append(otherwise).Where(r => r is not null).Select(r => r!.Type));
        var conditions = c.Whens.Select(w => c.Operand is null ? Condition(w.Condition) : Translate(new BinaryExpression("=", c.Operand, w.Condition)));
        var whens = conditions.Zip(results, (when, then) => $"WHEN {when.Sql} THEN {Coercion.Cast(then, type, context).Sql}");
        var last = otherwise is null ? "" : " ELSE " + Coercion.Cast(otherwise, type, context).Sql;
        return new Fragment($"(CASE {string.Join(' ', whens)}{last} END)", type, otherwise?.Nullable != false || results.Exists(r => r.Nullable));
    }

    private Fragment Cast(CastExpression cast)
    {
        var operand = Translate(cast.Operand);
        if (cast.Try && operand.Type.Kind is not (TypeKind.Text or TypeKind.Null))
            throw WarehouseErrors.Compilation(1065, "22023", $"Function TRY_CAST cannot be used with arguments of types {operand.Type} and {cast.Type}");
        if (cast is { Try: true, Type.Kind: TypeKind.Text } && cast.Type.Length < operand.Type.Length)
            return new Fragment($"(CASE WHEN char_length({operand.Sql}) <= {SqlText.Number(cast.Type.Length)} THEN {operand.Sql} END)", cast.Type);
        var result = Coercion.Cast(operand, cast.Type, context, cast.Try);
        return cast.Try || operand.Type.Kind == TypeKind.Variant ? result with { Nullable = true } : result;
    }

    private Fragment Scalar(Query query)
    {
        var translated = new QueryTranslator(context).Translate(query, scope);
        return translated.Columns.Count == 1
            ? new Fragment($"({translated.Sql})", translated.Columns[0].Type)
            : throw WarehouseErrors.Compilation(1027, "42601", "scalar subquery must return one column.");
    }

    private Fragment Path(PathExpression path)
    {
        var operand = Translate(path.Operand);
        if (!operand.Type.IsSemiStructured) throw WarehouseErrors.ArgumentTypes("GET", [operand.Type.Declaration]);
        var step = Translate(path.Step);
        if (step.Type.Kind == TypeKind.Text) return new Fragment($"({operand.Sql} -> {step.Sql})", SnowType.Variant);
        var index = Coercion.Cast(step, SnowType.Integer, context).Sql;
        return new Fragment($"(CASE WHEN {index} >= 0 THEN {operand.Sql} -> ({index})::int END)", SnowType.Variant);
    }

    private readonly record struct StringInfoLength(string Value)
    {
        /// <summary>Characters as Snowflake counts them: code points.</summary>
        internal int CodePoints => Value.EnumerateRunes().Count();
    }
}
