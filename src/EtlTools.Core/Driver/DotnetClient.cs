using System.ComponentModel;
using System.Diagnostics;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Driver;

/// <summary>The dotnet command, which is part of the .NET SDK.</summary>
/// <param name="program">Its name, or its path.</param>
public sealed class DotnetClient(string program = "dotnet")
{
    private static readonly Dictionary<string, string> s_variables = new()
    {
        // Its words are read here.
        ["DOTNET_CLI_UI_LANGUAGE"] = "en", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_NOLOGO"] = "1",
    };

    /// <summary>Runs it to its end; kills it when cancelled.</summary>
    /// <returns>Its exit code and all it printed.</returns>
    /// <exception cref="ConfigurationException">There is no .NET SDK.</exception>
    public async Task<(int ExitCode, string Output)> RunAsync(string folder, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, CreateNoWindow = true,
        };
        foreach (var (name, value) in s_variables) start.Environment[name] = value;
        using var process = Start(start);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        var text = await output.ConfigureAwait(false) + await error.ConfigureAwait(false);
        // The runtime alone has the command too, but cannot publish.
        return text.Contains("No .NET SDKs were found", StringComparison.Ordinal) ? throw MissingSdk("only the .NET runtime is installed", null) : (process.ExitCode, text.Trim());
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw MissingSdk($"the command '{program}' is not found", e);
        }
    }

    private static ConfigurationException MissingSdk(string why, Exception? cause) => new(
        $"The .NET SDK is needed to fetch the driver: {why}.",
        "Install the .NET 10 SDK from https://dotnet.microsoft.com/download. Without one: run 'etl driver install' on a machine that has it, bring its folder here, and run 'etl driver install --source FOLDER'.", cause);
}
