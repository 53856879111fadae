using System.CommandLine;
using EtlTools.Cli.Rendering;
using EtlTools.Core.State.Migrations;

namespace EtlTools.Cli.Commands;

/// <summary><c>etl migrate</c>.</summary>
internal static class MigrateCommand
{
    public static Command Create(CommandRunner runner)
    {
        var plan = new Option<bool>("--plan") { Description = "List what would be applied, and change nothing." };
        var with = new Option<string[]>("--with", "--set") { Description = $"A set of tables to create besides the state, such as {MigrationSets.Medical}; may be repeated.", HelpName = "SET", DefaultValueFactory = _ => [] };
        var command = new Command("migrate", "Create or update the state tables (schema etl) in PostgreSQL.") { plan, with };
        runner.Bind(command, result => (session, stop) => RunAsync(session, result.GetValue(with)!, result.GetValue(plan), stop));
        return command;
    }

    /// <summary>Applies the state's migrations and those of the sets, or lists them.</summary>
    public static async Task<CommandReport> RunAsync(CommandSession session, IReadOnlyList<string> with, bool isPlan, CancellationToken stop)
    {
        var sets = MigrationRunner.Sets(with);
        var runner = new MigrationRunner(session.Etl);
        var migrations = isPlan
            ? await runner.PlanAsync(sets, stop).ConfigureAwait(false)
            : await runner.ApplyAsync(sets, stop).ConfigureAwait(false);
        return new MigrateReport(migrations, sets, isPlan, session.Etl.Services.Postgres.ToString());
    }
}
