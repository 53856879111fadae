using System.CommandLine;
using EtlTools.Cli.Parsing;
using EtlTools.Cli.Rendering;
using EtlTools.Core.Errors;

namespace EtlTools.Cli;

/// <summary>Work of a command: everything but printing and exit codes.</summary>
internal delegate Task<CommandReport> CommandWork(CommandSession session, CancellationToken stop);

/// <summary>Runs the work of a command and prints its report, or the failure, in the way the user asked for.</summary>
internal sealed class CommandRunner(CommandSurroundings surroundings, GlobalOptions options)
{
    private readonly Terminal _terminal = new(surroundings);

    /// <summary>Makes a command's action of its work.</summary>
    public void Bind(Command command, Func<ParseResult, CommandWork> work) =>
        command.SetAction(async (result, stop) => (int)await RunAsync(result, work(result), stop).ConfigureAwait(false));

    /// <summary>Reports that the command line could not be understood.</summary>
    public ExitCode Refuse(ParseResult result, IReadOnlyList<string> problems, string remedy)
    {
        var report = new FailureReport(new Failure(FailureKind.Usage, "ETL-USAGE", problems, remedy));
        Print(NameOf(result), report, new GlobalArguments { IsJson = options.WantsJson(result) }, new Core.Telemetry.SecretScrubber());
        return report.ExitCode;
    }

    private async Task<ExitCode> RunAsync(ParseResult result, CommandWork work, CancellationToken stop)
    {
        var arguments = options.Read(result);
        var session = new CommandSession(arguments, surroundings, _terminal);
        await using (session.ConfigureAwait(false))
        {
            var report = await ReportAsync(session, work, stop).ConfigureAwait(false);
            // The check reports them among its findings.
            if (report is not CheckReport && !arguments.IsQuiet) WarnOfSettings(session.Etl);
            Print(NameOf(result), report, arguments, session.Etl.Scrubber);
            return report.ExitCode;
        }
    }

    private void WarnOfSettings(Core.EtlSession session)
    {
        foreach (var warning in session.SettingsWarnings) _terminal.ShowLog(Core.Telemetry.LogSeverity.Warning, session.Scrubber.Scrub(warning));
    }

    private static async Task<CommandReport> ReportAsync(CommandSession session, CommandWork work, CancellationToken stop)
    {
        try
        {
            return await work(session, stop).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The last place: whatever it is, the user is told in words, and the log has the stack.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            if (failure is not ConfigurationException) session.Etl.Log(failure);
            return new FailureReport(Failure.Of(failure));
        }
    }

    private void Print(string command, CommandReport report, GlobalArguments arguments, Core.Telemetry.SecretScrubber scrubber)
    {
        if (report.IsSaid)
        {
            surroundings.Out.Flush();
            return;
        }

        if (arguments.IsJson)
        {
            using var json = new JsonReport(scrubber);
            json.Text("command", command);
            json.Count("exit_code", (int)report.ExitCode);
            report.Write(json);
            surroundings.Out.WriteLine(json.Complete());
        }
        else if (report is not FailureReport && !arguments.IsQuiet)
        {
            report.Write(new TextReport(_terminal.Out, scrubber));
        }

        if (report is FailureReport || (arguments.IsQuiet && report.ExitCode != ExitCode.Done))
            report.Write(new TextReport(_terminal.Error, scrubber));
        surroundings.Out.Flush();
        surroundings.Error.Flush();
    }

    private static string NameOf(ParseResult result)
    {
        var names = new List<string>();
        for (var at = result.CommandResult; at is { Command: not RootCommand }; at = at.Parent as System.CommandLine.Parsing.CommandResult)
            names.Insert(0, at.Command.Name);
        return string.Join(' ', names);
    }
}
