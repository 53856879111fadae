using System.Diagnostics;
using System.Globalization;
using EtlTools.Sandbox.Processes;
using Microsoft.Extensions.Logging;

namespace EtlTools.Sandbox.Servers;

/// <summary>The folder of one own server: its marker, data and log. A folder without our marker is never touched.</summary>
internal sealed class SandboxFolder(string path)
{
    private const string MarkerFile = "owner";

    public string Path { get; } = path;

    public string Data { get; } = System.IO.Path.Combine(path, "data");

    public string Log { get; } = System.IO.Path.Combine(path, "server.log");

    /// <summary>The server's password, where the data outlive the server; the folder is private.</summary>
    public string Password { get; } = System.IO.Path.Combine(path, "password");

    /// <summary>Where sandboxes are made: a folder that the server's account can enter.</summary>
    public static string Parent(string? chosen, ServerAccount account)
    {
        var folder = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(chosen ?? System.IO.Path.GetTempPath()));
        return chosen is null && account.IsOther && !OperatingSystem.IsWindows() && !CanOthersEnter(folder) ? "/tmp" : folder;
    }

    /// <summary>Folders of dead processes in <paramref name="parent"/>.</summary>
    public static IEnumerable<(SandboxFolder Folder, OwnerMarker Owner)> FindStale(string parent)
    {
        foreach (var folder in Directory.GetDirectories(parent, "etl-sandbox-*"))
        {
            if (ReadMarker(folder) is { } owner && owner.IsStale())
                yield return (new SandboxFolder(folder), owner);
        }
    }

    public void Create(OwnerMarker owner)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(Path);
        else
            Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        File.WriteAllText(System.IO.Path.Combine(Path, MarkerFile), owner.ToString());
    }

    /// <summary>The server's process id; null when it does not run, also when its pid file names a process that is something else by now.</summary>
    public int? RunningPid()
    {
        try
        {
            var lines = File.ReadAllLines(System.IO.Path.Combine(Data, "postmaster.pid"));
            if (lines.Length < 3 || !int.TryParse(lines[0], NumberStyles.Integer, CultureInfo.InvariantCulture, out var pid))
                return null;

            using var process = Process.GetProcessById(pid);
            return IsOurs(process, lines[2]) ? pid : null;
        }
        catch (Exception error) when (error is IOException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The last lines of the server's log; empty when there is none.</summary>
    public string LogTail() => File.Exists(Log) ? string.Join(Environment.NewLine, File.ReadLines(Log).TakeLast(8)) : "";

    /// <summary>Whether it is gone. The marker goes last, so that an interrupted removal is finished by the next start.</summary>
    public async Task<bool> DeleteAsync(TimeProvider time, ILogger logger)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (Directory.Exists(Data))
                    Directory.Delete(Data, recursive: true);
                if (Directory.Exists(Path))
                    Directory.Delete(Path, recursive: true);
                return true;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                if (attempt == 10)
                {
                    SandboxLog.RemoveFailed(logger, Path, error.Message);
                    return false;
                }

                // Another start may be removing it too, and Windows keeps files of a process that has just ended for a moment.
                await Task.Delay(TimeSpan.FromMilliseconds(100), time).ConfigureAwait(false);
            }
        }
    }

    private static OwnerMarker? ReadMarker(string folder)
    {
        try
        {
            return OwnerMarker.Parse(File.ReadAllText(System.IO.Path.Combine(folder, MarkerFile)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A server works in its data folder, which Linux shows; elsewhere its start time must be the one it wrote down.</summary>
    private bool IsOurs(Process process, string startedAt)
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                var folder = new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}/cwd")).LinkTarget;
                return folder == Data || folder == new DirectoryInfo(Data).ResolveLinkTarget(true)?.FullName;
            }
            catch (UnauthorizedAccessException)
            {
                return false;
            }
        }

        return long.TryParse(startedAt, NumberStyles.Integer, CultureInfo.InvariantCulture, out var seconds)
            && Math.Abs((process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds - seconds) < 30;
    }

    /// <summary>Whether other accounts may enter a folder and all above it.</summary>
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public static bool CanOthersEnter(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (!at.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                return false;
        }

        return true;
    }
}
