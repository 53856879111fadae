using System.ComponentModel;
using System.Diagnostics;
using EtlTools.IntegrationTests.Processes;

namespace EtlTools.IntegrationTests.PowerShell;

/// <summary>Runs a fresh pwsh and collects what it prints.</summary>
internal static class PwshProcess
{
    /// <returns>Exit code, null when there is no pwsh, -1 when it did not end in time; both output streams together.</returns>
    public static (int? ExitCode, string Output) Run(TimeSpan patience, params string[] arguments)
    {
        var start = Interruptible.Start(["pwsh", "-NoProfile", "-NonInteractive", .. arguments]);
        // What the test host sets for itself is not for a host of its own.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("DOTNET_", StringComparison.Ordinal) || name.StartsWith("COREHOST_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(patience))
            {
                process.Kill(entireProcessTree: true);
                return (-1, $"pwsh did not end within {patience}. Until then: {output.Result}{error.Result}");
            }

            // What env reports for a program there is not.
            return process.ExitCode == 127 ? (null, "") : (process.ExitCode, output.Result + error.Result);
        }
        catch (Win32Exception)
        {
            return (null, "");
        }
    }
}
