using System.Diagnostics;
using System.Globalization;

namespace EtlTools.IntegrationTests.Processes;

/// <summary>
/// Starts programs that a test interrupts. A shell has what it starts in the background ignore SIGINT, and that is passed on to every
/// process below; it is set back here.
/// </summary>
internal static class Interruptible
{
    private static readonly bool s_isIgnored = OperatingSystem.IsLinux() && IsInterruptIgnored();

    /// <summary>How to start a program, with both of its outputs redirected.</summary>
    public static ProcessStartInfo Start(params string[] command)
    {
        if (s_isIgnored) command = ["env", "--default-signal=INT", .. command];
        return new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
    }

    private static bool IsInterruptIgnored()
    {
        const string heading = "SigIgn:";
        var signals = File.ReadLines("/proc/self/status").Single(line => line.StartsWith(heading, StringComparison.Ordinal))[heading.Length..];
        return (ulong.Parse(signals.Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 0b10) != 0;
    }
}
