using System.Text.RegularExpressions;
using EtlTools.Core.Errors;
using EtlTools.Core.Telemetry;

namespace EtlTools.Core.Schedule;

/// <summary>
/// A command that is to run again and again: what, where and how often. It holds no secret: the command finds its settings in the
/// folder it runs in, as it does when a person runs it.
/// </summary>
public sealed partial record ScheduledJob
{
    private ScheduledJob()
    {
    }

    /// <summary>Its name: ASCII letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, beginning with a letter or digit.</summary>
    public required string Name { get; init; }

    /// <summary>How often.</summary>
    public required ScheduleInterval Interval { get; init; }

    /// <summary>Full path of the program.</summary>
    public required string Program { get; init; }

    /// <summary>Its arguments, each as the program is to see it.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Full path of the folder it runs in.</summary>
    public required string WorkingFolder { get; init; }

    /// <summary>Full path of the file that what it prints is added to; null leaves that to the scheduler.</summary>
    public string? Log { get; init; }

    /// <summary>Makes a job and checks it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="interval">How often.</param>
    /// <param name="command">Full path of the program, and its arguments.</param>
    /// <param name="workingFolder">Full path of the folder it runs in.</param>
    /// <param name="log">Full path of the file for what it prints; null for none.</param>
    /// <exception cref="ConfigurationException">Lists everything that is wrong: a name no scheduler takes, a secret on the command line, a line break.</exception>
    public static ScheduledJob Create(string name, ScheduleInterval interval, IReadOnlyList<string> command, string workingFolder, string? log = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(interval);
        ArgumentNullException.ThrowIfNull(command);
        var job = new ScheduledJob { Name = name, Interval = interval, Program = command[0], Arguments = [.. command.Skip(1)], WorkingFolder = workingFolder, Log = log };
        var problems = job.Problems().ToList();
        return problems.Count == 0 ? job : throw new ConfigurationException(
            problems, "Correct the name or the command. Secrets belong into the .env file of the folder the job runs in (chmod 600), or into a vault.");
    }

    /// <summary>Checks a name that a user gave.</summary>
    /// <exception cref="ConfigurationException">It is not one.</exception>
    public static void EnsureName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!NamePattern().IsMatch(name)) throw new ConfigurationException(NameProblem(name), "Give the schedule another name, such as nightly-sync.");
    }

    /// <summary>The command as a person would type it.</summary>
    public string CommandLine => string.Join(' ', Arguments.Prepend(Program).Select(Shown));

    private IEnumerable<string> Problems()
    {
        if (!NamePattern().IsMatch(Name)) yield return NameProblem(Name);
        if (!IsFull(Program)) yield return $"The program '{Program}' is not a full path.";
        if (!IsFull(WorkingFolder)) yield return $"The folder '{WorkingFolder}' is not a full path.";
        if (Log is not null && !IsFull(Log)) yield return $"The log file '{Log}' is not a full path.";
        foreach (var text in (string[])[Program, .. Arguments, WorkingFolder, Log ?? ""])
        {
            if (text.Any(char.IsControl))
                yield return $"'{new string([.. text.Select(c => char.IsControl(c) ? '\uFFFD' : c)])}' holds a line break or another control character, which no scheduler can carry.";
        }

        var scrubber = new SecretScrubber();
        foreach (var argument in Arguments)
        {
            var scrubbed = scrubber.Scrub(argument);
            if (scrubbed != argument) yield return $"'{scrubbed}' holds a secret; everybody who can list schedules or processes could read it.";
        }
    }

    private static string NameProblem(string name) =>
        $"'{name}' is not a name for a schedule: up to 64 letters (A to Z), digits, '-', '_' and '.', beginning with a letter or digit.";

    // A job may be looked at on another system than it is for.
    private static bool IsFull(string path) => path.StartsWith('/') || WindowsPath().IsMatch(path);

    private static string Shown(string word) => word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || "-_./\\:=@+,*".Contains(c, StringComparison.Ordinal))
        ? word
        : OperatingSystem.IsWindows() ? $"\"{word}\"" : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"\A([A-Za-z]:[\\/]|\\\\)")]
    private static partial Regex WindowsPath();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex NamePattern();
}
