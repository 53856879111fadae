using System.Text.Json;
using EtlTools.Cli;

namespace EtlTools.IntegrationTests.Cli;

/// <summary>One command line, run in this process with its own standard streams and environment.</summary>
internal sealed record CliRun(int ExitCode, string Out, string Error)
{
    public string Everything => Out + Error;

    /// <summary>The one JSON document on standard output.</summary>
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    public static Task<CliRun> RunAsync(params string[] args) => RunAsync(new Dictionary<string, string>(), args);

    public static Task<CliRun> RunAsync(IReadOnlyDictionary<string, string> variables, params string[] args) =>
        RunAsync(surroundings => surroundings with { Variables = variables }, CancellationToken.None, args);

    public static async Task<CliRun> RunAsync(Func<CommandSurroundings, CommandSurroundings> change, CancellationToken stop, params string[] args)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await EtlCommandLine.RunAsync(args, change(new CommandSurroundings { Out = output, Error = TextWriter.Synchronized(error) }), stop);
        return new CliRun((int)code, output.ToString(), error.ToString());
    }

    /// <summary>Asserts how it ended, showing what it printed.</summary>
    public CliRun Ended(ExitCode expected)
    {
        Assert.True(ExitCode == (int)expected, $"exit code {ExitCode}, expected {(int)expected}\n{Everything}");
        return this;
    }
}
