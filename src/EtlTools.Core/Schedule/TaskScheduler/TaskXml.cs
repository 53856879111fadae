using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Schedule.TaskScheduler;

/// <summary>
/// A job as a task definition of Windows Task Scheduler. It holds no password: the task runs with the user's own token, or without
/// one (S4U) whether or not the user is signed in.
/// </summary>
internal static class TaskXml
{
    // The schema's type of paths.
    private const int LongestPath = 260;
    private static readonly XNamespace s_task = "http://schemas.microsoft.com/windows/2004/02/mit/task";
    private static readonly TimeSpan s_shortest = TimeSpan.FromMinutes(1), s_longest = TimeSpan.FromDays(31);

    /// <summary>The definition.</summary>
    /// <param name="job">The job.</param>
    /// <param name="path">The task's path in the scheduler.</param>
    /// <param name="user">Whose task it is: <c>DOMAIN\user</c>.</param>
    /// <param name="alsoSignedOut">Whether it runs while the user is not signed in, which only an administrator may register.</param>
    /// <exception cref="ConfigurationException">Task Scheduler cannot express the job.</exception>
    public static string Render(ScheduledJob job, string path, string user, bool alsoSignedOut)
    {
        if (job.Log is not null)
            throw new ConfigurationException("Task Scheduler keeps nothing of what a task prints.", "Leave the log file out: the command writes its own, in ETL_LOG_DIR.");
        foreach (var text in (string[])[job.Program, .. job.Arguments, job.WorkingFolder]) WindowsArguments.EnsureTaken(text);
        foreach (var file in (string[])[job.Program, job.WorkingFolder])
        {
            if (file.Length > LongestPath)
                throw new ConfigurationException(FormattableString.Invariant($"'{file}' has {file.Length} characters, where Task Scheduler takes {LongestPath}."), "Register it from a folder with a shorter path.");
        }

        var task = Element("Task", new XAttribute("version", "1.2"),
            Element("RegistrationInfo",
                Element("Author", "EtlTools"),
                Element("Description", $"EtlTools: {WindowsArguments.Join(job.Arguments.Prepend(job.Program))}"),
                Element("Documentation", JobRecord.Write(job)),
                Element("URI", path)),
            Element("Triggers", Trigger(job.Interval)),
            Element("Principals", Element("Principal", new XAttribute("id", "Author"),
                Element("UserId", user), Element("LogonType", alsoSignedOut ? "S4U" : "InteractiveToken"), Element("RunLevel", "LeastPrivilege"))),
            Element("Settings",
                Element("MultipleInstancesPolicy", "IgnoreNew"),
                Element("DisallowStartIfOnBatteries", "false"),
                Element("StopIfGoingOnBatteries", "false"),
                Element("StartWhenAvailable", "true"),
                Element("Enabled", "true"),
                // No limit: a first load may take hours.
                Element("ExecutionTimeLimit", "PT0S")),
            Element("Actions", new XAttribute("Context", "Author"), Element("Exec",
                Element("Command", job.Program),
                Element("Arguments", WindowsArguments.Join(job.Arguments)),
                Element("WorkingDirectory", job.WorkingFolder))));
        return "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n" + task.ToString().ReplaceLineEndings("\n") + "\n";
    }

    /// <summary>The job that a definition was made of; null when the text is not of this product.</summary>
    public static ScheduledJob? Read(string xml)
    {
        try
        {
            return XDocument.Parse(xml.TrimStart('\uFEFF').Trim()).Descendants(s_task + "Documentation").Select(element => JobRecord.Read(element.Value)).FirstOrDefault();
        }
        catch (XmlException)
        {
            return null;
        }
    }

    // The day it begins is long past and the same in every definition, so that runs fall on the clock's grid. The order of the elements is
    // that of the published schema.
    private static XElement Trigger(ScheduleInterval interval)
    {
        if (interval.OnceADayAt is { } time)
        {
            return Element("CalendarTrigger",
                Element("StartBoundary", "2026-01-01T" + time.ToString("HH':'mm':00'", CultureInfo.InvariantCulture)),
                Element("ScheduleByDay", Element("DaysInterval", "1")));
        }

        var every = interval.Every!.Value;
        if (every < s_shortest || every > s_longest)
            throw new ConfigurationException($"Task Scheduler cannot run a job every {interval}.", "Choose an interval from 1m to 31d, or a time of day such as 03:15.");
        return Element("TimeTrigger",
            Element("StartBoundary", "2026-01-01T00:00:00"),
            Element("Repetition", Element("Interval", XmlConvert.ToString(every)), Element("StopAtDurationEnd", "false")));
    }

    private static XElement Element(string name, params object[] content) => new(s_task + name, content);
}
