using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using EtlTools.Cli.Commands;
using EtlTools.Cli.Parsing;
using EtlTools.Core.Config;
using EtlTools.Core.State;

namespace EtlTools.Cli;

/// <summary>The program <c>etl</c>: all verbs, and what happens to a command line nobody understands.</summary>
internal static class EtlCommandLine
{
    private const string Description =
        """
        Moves tables between Snowflake and PostgreSQL.

        Settings come from the environment and .env, tables from etl.yaml; 'etl demo' needs neither.

        Exit codes:
          0    done; also when there was nothing to do, or another run is doing it
          1    failed; what was committed before the failure counts
          2    wrong usage, settings or YAML; nothing was begun
          3    done, but rows are in quarantine: see 'etl errors list'
          130  stopped by Ctrl-C or SIGTERM at a batch boundary
        """;

    /// <summary>Runs one command line to its end.</summary>
    public static async Task<ExitCode> RunAsync(IReadOnlyList<string> args, CommandSurroundings surroundings, CancellationToken stop)
    {
        var options = new GlobalOptions();
        var runner = new CommandRunner(surroundings, options);
        var root = MakeRoot(options, runner);
        var result = root.Parse(args);
        var isMisspelled = MisspelledOptions(result).Any();
        if (result.Action is HelpAction or VersionAction || (result.Errors.Count == 0 && !isMisspelled))
            return (ExitCode)await result.InvokeAsync(Invocation(surroundings), stop).ConfigureAwait(false);
        if (args.Count == 0)
        {
            await root.Parse(["--help"]).InvokeAsync(Invocation(surroundings), stop).ConfigureAwait(false);
            return ExitCode.Usage;
        }

        return runner.Refuse(result, Problems(result), $"Run '{HelpOf(result)}'.");
    }

    private static RootCommand MakeRoot(GlobalOptions options, CommandRunner runner)
    {
        var root = new RootCommand(Description)
        {
            SyncCommand.Create(runner),
            Backfill(runner),
            CheckCommand.Create(runner),
            CompareCommand.Create(runner),
            StatusCommand.Create(runner),
            WatermarkCommand.Create(runner),
            ErrorsCommand.Create(runner),
            MigrateCommand.Create(runner),
            ScheduleCommand.Create(runner),
            DriverCommand.Create(runner),
            DiscoverCommand.Create(runner),
            QueryCommand.Create(runner),
            DemoCommand.Create(runner),
            SandboxCommand.Create(runner),
            AlertCommand.Create(runner),
        };
        options.AddTo(root);
        foreach (var version in root.Options.OfType<VersionOption>()) version.Action = new VersionAction();
        return root;
    }

    private static Command Backfill(CommandRunner runner)
    {
        var backfill = BackfillCommand.Create(runner);
        backfill.Subcommands.Add(BackfillReportCommand.Create(runner));
        return backfill;
    }

    // Signals are the program's own business, and so are exceptions.
    private static InvocationConfiguration Invocation(CommandSurroundings surroundings) => new()
    {
        Output = surroundings.Out,
        Error = surroundings.Error,
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = null,
    };

    private static List<string> Problems(ParseResult result)
    {
        var names = result.CommandResult.Command.Subcommands.Select(c => c.Name)
            .Concat(result.CommandResult.Command.Options.Concat(result.RootCommandResult.Command.Options).Select(o => o.Name)).ToList();
        var unmatched = result.UnmatchedTokens.Concat(MisspelledOptions(result)).Select(token => $"'{token}' is not known here.{NearestName.Hint(token, names)}").ToList();
        // Besides each token it does not know, the parser may complain of the command that is missing for that very reason.
        return unmatched.Count > 0 ? unmatched : [.. result.Errors.Select(e => e.Message).Distinct()];
    }

    // The parser takes an option it does not know for a table; a run that ignores what was asked for would be worse than none.
    private static IEnumerable<string> MisspelledOptions(ParseResult result) =>
        from argument in result.CommandResult.Children.OfType<ArgumentResult>()
        from token in argument.Tokens
        where token.Value.Length > 1 && token.Value[0] == '-' && !char.IsAsciiDigit(token.Value[1])
        select token.Value;

    private static string HelpOf(ParseResult result)
    {
        var command = result.CommandResult.Command;
        return command is RootCommand ? "etl --help" : $"etl {string.Join(' ', Path(result.CommandResult))} --help";
    }

    private static IEnumerable<string> Path(CommandResult command) =>
        command.Command is RootCommand ? [] : [.. command.Parent is CommandResult parent ? Path(parent) : [], command.Command.Name];

    private sealed class VersionAction : System.CommandLine.Invocation.SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(ToolVersion.Current);
            return 0;
        }
    }
}
