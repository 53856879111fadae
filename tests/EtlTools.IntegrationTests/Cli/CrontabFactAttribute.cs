using System.ComponentModel;
using System.Diagnostics;

namespace EtlTools.IntegrationTests.Cli;

/// <summary>A test on the genuine crontab of this user; skipped where there is no such program, or the user has a crontab that is worth something.</summary>
public sealed class CrontabFactAttribute : FactAttribute
{
    public CrontabFactAttribute()
    {
        try
        {
            if (HasCrontab()) Skip = "This user has a crontab, which a test is not to touch.";
        }
        catch (Win32Exception)
        {
            Skip = "There is no program 'crontab' on PATH.";
        }
    }

    /// <summary>What it needs of the environment.</summary>
    public static Dictionary<string, string> Variables => new[] { "PATH", "HOME", "USER", "LOGNAME" }
        .Select(name => (name, value: Environment.GetEnvironmentVariable(name))).Where(pair => pair.value is not null).ToDictionary(pair => pair.name, pair => pair.value!);

    /// <summary>Whether the user has a crontab, or it cannot be known.</summary>
    public static bool HasCrontab()
    {
        using var process = Process.Start(new ProcessStartInfo("crontab", "-l") { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEnd(), process.StandardError.ReadToEnd());
        process.WaitForExit();
        return output.Trim().Length > 0 || !error.Contains("no crontab", StringComparison.OrdinalIgnoreCase);
    }
}
