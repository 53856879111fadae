using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using EtlTools.Sandbox.Processes;

namespace EtlTools.Sandbox.Endpoint;

/// <summary>The process, from its start until it serves. Disposing lets it run on.</summary>
internal sealed class EndpointProcess : IDisposable
{
    private const string NeedsRuntime = "It needs the .NET 10 runtime with ASP.NET Core: https://dotnet.microsoft.com/download";
    private readonly Process _process;
    private readonly EndpointFolder _folder;

    private EndpointProcess(Process process, EndpointFolder folder) => (_process, _folder) = (process, folder);

    /// <exception cref="SandboxException">The program is not there.</exception>
    internal static EndpointProcess Start(EndpointFolder folder)
    {
        var program = Program();
        // The runtime that runs this program runs the other too; a PowerShell that brings its own has none to lend.
        var host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", SearchPath.FileName("dotnet")));
        var start = new ProcessStartInfo(File.Exists(host) ? host : "dotnet", [program, "--settings", folder.Settings, "--log", folder.Log])
        {
            // It must hold no handle of this process's: whoever reads our output would wait for its end.
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = folder.Path,
        };
        try
        {
            return new EndpointProcess(Process.Start(start)!, folder);
        }
        catch (Win32Exception problem)
        {
            throw new SandboxException($"The endpoint's program could not be started with '{start.FileName}': {problem.Message}", NeedsRuntime, problem);
        }
    }

    /// <summary>Beside the command line, or in the module's folder above its libraries.</summary>
    private static string Program()
    {
        var library = Path.GetDirectoryName(typeof(EndpointProcess).Assembly.Location);
        string?[] folders = [AppContext.BaseDirectory, library, library is null or "" ? null : Path.GetDirectoryName(library)];
        var programs = folders.Where(f => !string.IsNullOrEmpty(f)).Select(f => Path.Combine(f!, "server", "EtlTools.Server.dll")).ToList();
        return programs.Find(File.Exists) ?? throw new SandboxException($"The endpoint's program is missing: {programs[^1]}.", "Install EtlTools again, or build the whole solution.");
    }

    /// <summary>Waits until it serves.</summary>
    /// <exception cref="SandboxException">It ended, or takes too long.</exception>
    internal async Task<EndpointReady> ReadyAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var started = time.GetTimestamp(); time.GetElapsedTime(started) < patience;)
        {
            if (Read() is { } ready) return ready;
            if (_process.HasExited) throw await EndedAsync(cancellationToken).ConfigureAwait(false);
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken).ConfigureAwait(false);
        }

        throw new SandboxException($"The endpoint did not come up within {patience.TotalSeconds:F0} s:{Environment.NewLine}{LogTail()}", "Start again when the machine is less busy.");
    }

    /// <summary>What it had to say; when it could not even begin, that is what its runtime had to say.</summary>
    private async Task<SandboxException> EndedAsync(CancellationToken cancellationToken)
    {
        var said = LogTail();
        return said.Length > 0
            ? new SandboxException($"The endpoint ended at its start:{Environment.NewLine}{said}", "Mend what it says and start again.")
            : new SandboxException($"The endpoint ended at its start:{Environment.NewLine}{await _process.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false)}", NeedsRuntime);
    }

    internal void Kill()
    {
        if (!_process.HasExited) _process.Kill();
    }

    public void Dispose() => _process.Dispose();

    private EndpointReady? Read()
    {
        try
        {
            return JsonSerializer.Deserialize<EndpointReady>(File.ReadAllText(_folder.Ready));
        }
        catch (Exception notYet) when (notYet is IOException or JsonException)
        {
            return null;
        }
    }

    private string LogTail() => File.Exists(_folder.Log) ? string.Join(Environment.NewLine, File.ReadLines(_folder.Log).TakeLast(8)) : "";
}
