using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Functions;

/// <summary>The session and the clock. The clock is the statement's start, so that one statement sees one time.</summary>
internal static class ContextFunctions
{
    internal const string Version = "9.0.0-local";

    internal static readonly Dictionary<string, FunctionTranslation> All = new(StringComparer.Ordinal)
    {
        ["CURRENT_TIMESTAMP"] = Now,
        ["LOCALTIMESTAMP"] = Now,
        ["GETDATE"] = Now,
        ["SYSDATE"] = c => Clock(c, "(statement_timestamp() AT TIME ZONE 'UTC')", SnowType.TimestampNtz),
        ["CURRENT_DATE"] = c => Clock(c, "(statement_timestamp()::date)", SnowType.Date),
        ["CURRENT_TIME"] = c => Clock(c, "(statement_timestamp()::time)", SnowType.Time),
        ["LOCALTIME"] = c => Clock(c, "(statement_timestamp()::time)", SnowType.Time),
        ["CURRENT_DATABASE"] = c => Value(c, c.Context.Session.Database),
        ["CURRENT_SCHEMA"] = c => Value(c, c.Context.Session.Schema),
        ["CURRENT_WAREHOUSE"] = c => Value(c, c.Context.Session.Warehouse),
        ["CURRENT_ROLE"] = c => Value(c, c.Context.Session.Role),
        ["CURRENT_USER"] = c => Value(c, c.Context.Session.User),
        ["CURRENT_ACCOUNT"] = c => Value(c, c.Context.Session.Account),
        ["CURRENT_REGION"] = c => Value(c, "LOCAL"),
        ["CURRENT_VERSION"] = c => Value(c, Version),
        ["CURRENT_SESSION"] = c => Value(c, c.Context.Session.SessionId),
        ["LAST_QUERY_ID"] = c => Value(c, c.Context.Session.LastQueryId),
    };

    private static Fragment Now(Call call)
    {
        if (call.Count == 1) call.ConstantInt(0);
        else call.Arity(0);
        return new Fragment("statement_timestamp()", SnowType.TimestampLtz, false) { IsConstant = true };
    }

    private static Fragment Clock(Call call, string sql, SnowType type)
    {
        call.Arity(0);
        return new Fragment(sql, type, false) { IsConstant = true };
    }

    private static Fragment Value(Call call, string? value)
    {
        call.Arity(0);
        return value is null ? new Fragment("NULL::text", SnowType.Text) : ExpressionTranslator.Text(value);
    }
}
