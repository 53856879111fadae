using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace EtlTools.Sandbox.Endpoint;

/// <summary>The process, from its start until it serves. Disposing lets it run on.</summary>
internal sealed class EndpointProcess : IDisposable
{
    private readonly Process _process;
    private readonly EndpointFolder _folder;

    private EndpointProcess(Process process, EndpointFolder folder) => (_process, _folder) = (process, folder);

    /// <exception cref="SandboxException">The program is not there.</exception>
    internal static EndpointProcess Start(EndpointFolder folder)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "server", "EtlTools.Server.dll");
        if (!File.Exists(program)) throw new SandboxException($"The endpoint's program is missing: {program}.", "Install EtlTools again, or build the whole solution.");
        // The runtime that runs this program runs the other too.
        var host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        var start = new ProcessStartInfo(File.Exists(host) ? host : "dotnet", [program, "--settings", folder.Settings, "--log", folder.Log])
        {
            // It must hold no handle of this process's: whoever reads our output would wait for its end.
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = folder.Path,
        };
        return new EndpointProcess(Process.Start(start)!, folder);
    }

    /// <summary>Waits until it serves.</summary>
    /// <exception cref="SandboxException">It ended, or takes too long.</exception>
    internal async Task<EndpointReady> ReadyAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var started = time.GetTimestamp(); time.GetElapsedTime(started) < patience;)
        {
            if (Read() is { } ready) return ready;
            if (_process.HasExited) throw new SandboxException($"The endpoint ended at its start:{Environment.NewLine}{LogTail()}", "Mend what it says and start again.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken).ConfigureAwait(false);
        }

        throw new SandboxException($"The endpoint did not come up within {patience.TotalSeconds:F0} s:{Environment.NewLine}{LogTail()}", "Start again when the machine is less busy.");
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
