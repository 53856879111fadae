using System.CommandLine;
using EtlTools.Cli.Parsing;
using EtlTools.Cli.Rendering;
using EtlTools.Core.Query;

namespace EtlTools.Cli.Commands;

/// <summary><c>etl query</c>.</summary>
internal static class QueryCommand
{
    private const int DefaultLimit = 1000;

    public static Command Create(CommandRunner runner)
    {
        var sql = new Argument<string>("SQL") { Description = "One statement that reads: SELECT, WITH, SHOW, DESCRIBE, LIST or EXPLAIN." };
        var limit = ValueParsers.Integer("--limit", $"Read at most so many rows; {DefaultLimit} otherwise.", 1, 1_000_000);
        var command = new Command("query", "Ask Snowflake, or the sandbox's warehouse, something. Nothing is written.") { sql, limit };
        runner.Bind(command, result => async (session, stop) =>
            new QueryReport(await new WarehouseQuery(session.Etl.Services).RunAsync(result.GetValue(sql)!, result.GetValue(limit) ?? DefaultLimit, stop).ConfigureAwait(false)));
        return command;
    }
}
