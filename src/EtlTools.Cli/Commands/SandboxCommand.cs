using System.CommandLine;
using EtlTools.Cli.Parsing;
using EtlTools.Cli.Rendering;
using EtlTools.Sandbox.Endpoint;

namespace EtlTools.Cli.Commands;

/// <summary><c>etl sandbox</c>.</summary>
internal static class SandboxCommand
{
    public static Command Create(CommandRunner runner) => new("sandbox", "A local Snowflake that drivers connect to, in the background; needs no account.")
    {
        Start(runner), Stop(runner), Status(runner),
    };

    private static Command Start(CommandRunner runner)
    {
        var port = ValueParsers.Integer("--port", "Port on 127.0.0.1; a free one when left out.", 1, 65_535);
        var data = new Option<string?>("--data") { Description = "Folder that keeps databases and staged files for the next start; thrown away when left out.", HelpName = "FOLDER" };
        var certificate = new Option<string?>("--certificate") { Description = "PEM file with a certificate and its key, for https.", HelpName = "FILE" };
        var name = Name();
        var command = new Command("start", "Start it, and write a .env file to use it with.") { port, data, certificate, name };
        runner.Bind(command, result => async (session, stop) => new SandboxReport(
            await Endpoint(result.GetValue(name), session).StartAsync(new EndpointOptions { Port = result.GetValue(port) ?? 0, Data = Full(result.GetValue(data)), Certificate = Full(result.GetValue(certificate)) }, stop).ConfigureAwait(false),
            StopCommand(result.GetValue(name), session), session.Surroundings.ProgramCommand));
        return command;
    }

    private static Command Stop(CommandRunner runner)
    {
        var name = Name();
        var command = new Command("stop", "Stop it and remove its files; a folder given with --data stays.") { name };
        runner.Bind(command, result => async (session, stop) =>
            new SandboxStopReport(await Endpoint(result.GetValue(name), session).StopAsync(stop).ConfigureAwait(false)));
        return command;
    }

    private static Command Status(CommandRunner runner)
    {
        var name = Name();
        var command = new Command("status", "Say whether it runs, and where.") { name };
        runner.Bind(command, result => async (session, stop) =>
            new SandboxReport(await Endpoint(result.GetValue(name), session).StatusAsync(stop).ConfigureAwait(false), StopCommand(result.GetValue(name), session), session.Surroundings.ProgramCommand));
        return command;
    }

    private static string? Full(string? path) => path is null ? null : Path.GetFullPath(path);

    private static Option<string?> Name() => new("--name") { Description = "Which one, when there are several.", HelpName = "NAME" };

    private static string StopCommand(string? name, CommandSession session) => $"{session.Surroundings.ProgramCommand} sandbox stop{(name is null ? "" : " --name " + name)}";

    private static SandboxEndpoint Endpoint(string? name, CommandSession session) => new(name ?? SandboxEndpoint.DefaultName, session.Surroundings.Time);
}
