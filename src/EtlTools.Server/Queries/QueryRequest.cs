using System.Globalization;
using System.Text.Json;
using EtlTools.Server.Http;

namespace EtlTools.Server.Queries;

/// <summary>The body of a query request.</summary>
/// <param name="Sql">One statement, or several when <paramref name="StatementCount"/> says so.</param>
/// <param name="Bindings">The bound values.</param>
/// <param name="BindStage">Where on the session's stage the bound rows are; null when they are in <paramref name="Bindings"/>.</param>
/// <param name="StatementCount">How many statements the text must have; 0 for any number.</param>
/// <param name="Timeout">Seconds; 0 for the session's.</param>
/// <param name="IsDescription">Whether only the columns are asked for.</param>
/// <param name="IsAsync">Whether the driver will ask for the answer later.</param>
internal sealed record QueryRequest(string Sql, WireBindings Bindings, string? BindStage, int StatementCount, int Timeout, bool IsDescription, bool IsAsync)
{
    internal static QueryRequest Read(JsonElement body)
    {
        var sql = Exchange.Text(body, "sqlText") ?? throw new RefusedException(WireError.BadRequest("there is no sqlText."));
        var (count, timeout) = Parameters(body);
        var bound = body.TryGetProperty("bindings", out var bindings) && bindings.ValueKind == JsonValueKind.Object ? WireBindings.Read(bindings) : WireBindings.None;
        return new QueryRequest(sql, bound, Exchange.Text(body, "bindStage") is { Length: > 0 } stage ? stage : null, count, timeout, IsTrue(body, "describeOnly"), IsTrue(body, "asyncExec"));
    }

    private static (int Count, int Timeout) Parameters(JsonElement body)
    {
        var (count, timeout) = (1, 0);
        if (!body.TryGetProperty("parameters", out var parameters) || parameters.ValueKind != JsonValueKind.Object) return (count, timeout);
        foreach (var parameter in parameters.EnumerateObject())
        {
            switch (parameter.Name.ToUpperInvariant())
            {
                case "MULTI_STATEMENT_COUNT": count = Number(parameters, parameter.Name); break;
                case "STATEMENT_TIMEOUT_IN_SECONDS": timeout = Number(parameters, parameter.Name); break;
                case "QUERY_TAG": break;
                case var other when other.StartsWith("CLIENT_", StringComparison.Ordinal): break;
                default: throw new RefusedException(new WireError("001006", "22023", $"SQL compilation error:\ninvalid statement parameter '{parameter.Name}': the local warehouse does not know it."));
            }
        }

        return (count, timeout);
    }

    private static int Number(JsonElement parameters, string name) =>
        int.TryParse(Exchange.Text(parameters, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new RefusedException(new WireError("001008", "22023", $"SQL compilation error:\ninvalid value for parameter '{name}'"));

    private static bool IsTrue(JsonElement body, string name) => body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
