using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace EtlTools.Sandbox.Processes;

/// <summary>
/// Names the process a sandbox belongs to, so that a later one can tell whether it still runs. A process id alone is not enough:
/// ids are used again, and a container has its own.
/// </summary>
/// <param name="Machine">Host name.</param>
/// <param name="Namespace">The process namespace on Linux; empty elsewhere.</param>
/// <param name="Pid">Process id.</param>
/// <param name="Start">What distinguishes this process from an earlier or later one of the same id.</param>
/// <param name="Keep">Whether the sandbox outlives its process.</param>
internal sealed record OwnerMarker(string Machine, string Namespace, int Pid, string Start, bool Keep)
{
    private const string Prefix = "etl-sandbox ";

    public static OwnerMarker ForThisProcess(bool keep) =>
        new(Environment.MachineName, CurrentNamespace(), Environment.ProcessId, StartOf(Environment.ProcessId)!, keep);

    /// <summary>The marker in a text; null when the text is none of ours.</summary>
    public static OwnerMarker? Parse(string? text)
    {
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal))
            return null;

        try
        {
            return JsonSerializer.Deserialize<OwnerMarker>(text[Prefix.Length..]);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>True only when the owner certainly no longer runs and the sandbox was not to be kept.</summary>
    public bool IsStale() =>
        !Keep && Machine == Environment.MachineName && Namespace == CurrentNamespace() && StartOf(Pid) != Start;

    public override string ToString() => Prefix + JsonSerializer.Serialize(this);

    private static string CurrentNamespace() =>
        OperatingSystem.IsLinux() ? new FileInfo("/proc/self/ns/pid").LinkTarget ?? "" : "";

    /// <summary>Null when no such process runs. Linux counts from boot, which a clock that is set does not change.</summary>
    private static string? StartOf(int pid)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                return fields[0] is "Z" or "X" ? null : File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() + "/" + fields[19];
            }

            using var process = Process.GetProcessById(pid);
            return process.StartTime.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is IOException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
        catch (Exception error) when (error is UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            return "unknown";
        }
    }
}
