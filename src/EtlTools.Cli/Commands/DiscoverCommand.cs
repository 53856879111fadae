using System.CommandLine;
using EtlTools.Cli.Rendering;
using EtlTools.Core.Discover;

namespace EtlTools.Cli.Commands;

/// <summary><c>etl discover</c>.</summary>
internal static class DiscoverCommand
{
    public static Command Create(CommandRunner runner)
    {
        var schema = new Option<string>("--schema") { Description = "The PostgreSQL schema, by its exact name.", HelpName = "SCHEMA", DefaultValueFactory = _ => "public" };
        var tables = new Option<string[]>("--table") { Description = "Only this table; * stands for any characters; may be repeated.", HelpName = "TABLE", DefaultValueFactory = _ => [] };
        var target = new Option<string?>("--target-schema") { Description = "Where the tables are in Snowflake; otherwise SNOWFLAKE_DATABASE and SNOWFLAKE_SCHEMA.", HelpName = "DATABASE.SCHEMA" };
        var prefix = new Option<string>("--prefix") { Description = "What the tables' names in Snowflake begin with, such as RAW_.", HelpName = "PREFIX", DefaultValueFactory = _ => "" };
        var apply = new Option<bool>("--apply") { Description = "Create the tables in Snowflake where they are missing; nothing else is written." };
        var command = new Command("discover", "Print a YAML file and the Snowflake tables for what a PostgreSQL schema holds.") { schema, tables, target, prefix, apply };
        runner.Bind(command, result =>
        {
            var options = new DiscoverOptions { Schema = result.GetValue(schema)!, Tables = result.GetValue(tables)!, TargetSchema = result.GetValue(target), Prefix = result.GetValue(prefix)! };
            var isApplied = result.GetValue(apply);
            return (session, stop) => RunAsync(session, options, isApplied, stop);
        });
        return command;
    }

    /// <summary>Looks, and creates what is missing when asked to.</summary>
    public static async Task<CommandReport> RunAsync(CommandSession session, DiscoverOptions options, bool isApplied, CancellationToken stop)
    {
        var discovery = await new SchemaDiscovery(session.Etl.Services).RunAsync(options, stop).ConfigureAwait(false);
        var created = isApplied ? await new TableCreation(session.Etl.Services).RunAsync(discovery.Tables, stop).ConfigureAwait(false) : null;
        return new DiscoverReport(discovery, created);
    }
}
