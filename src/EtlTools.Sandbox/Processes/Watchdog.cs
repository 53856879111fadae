using System.Diagnostics;

namespace EtlTools.Sandbox.Processes;

/// <summary>
/// A shell that waits for this process to die, however it dies, and then ends the sandbox: its standard input is a pipe that the
/// system closes. Windows has no such shell; there the normal exit is watched, and the next start does the rest.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    internal const string Script =
        """
        trap '' INT TERM HUP QUIT
        exec >/dev/null 2>&1
        read -r _ && exit 0
        folder=$1; shift
        "$@" </dev/null
        test -n "$folder" && rm -rf -- "$folder"
        """;

    private readonly Process? _shell;
    private readonly EventHandler? _onExit;

    private Watchdog(Process? shell, EventHandler? onExit) => (_shell, _onExit) = (shell, onExit);

    /// <param name="stop">Ends the server.</param>
    /// <param name="folder">Removed afterwards; empty for none.</param>
    public static Watchdog Start(Command stop, string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            EventHandler onExit = (_, _) => stop.RunAsync(CancellationToken.None).Wait(TimeSpan.FromSeconds(2));
            AppDomain.CurrentDomain.ProcessExit += onExit;
            return new Watchdog(null, onExit);
        }

        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, "etl-sandbox-watchdog", folder, stop.Program, .. stop.Arguments])
        {
            RedirectStandardInput = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        return new Watchdog(Process.Start(start), null);
    }

    /// <summary>Calls it off.</summary>
    public void Dispose()
    {
        if (_onExit is not null)
            AppDomain.CurrentDomain.ProcessExit -= _onExit;

        if (_shell is null)
            return;

        try
        {
            _shell.StandardInput.WriteLine("done");
            _shell.StandardInput.Close();
            _shell.WaitForExit(TimeSpan.FromSeconds(2));
        }
        catch (IOException)
        {
            // It is already gone.
        }

        _shell.Dispose();
    }
}
