using System.Text;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Schedule.Cron;

/// <summary>A user's crontab as text: a marked block for each job of this product, and everything else, which is never touched.</summary>
internal static class CrontabText
{
    /// <summary>What cron reads of a command, in bytes; Debian's refuses the whole crontab above it, older ones cut the command off.</summary>
    private const int LongestCommand = 998;

    private const string Begin = "# BEGIN etl-tools ", End = "# END etl-tools ", Record = "# ";

    /// <summary>A job's block, lines ending in LF.</summary>
    /// <exception cref="ConfigurationException">cron cannot express the job.</exception>
    public static string Block(ScheduledJob job)
    {
        var words = string.Join(' ', job.Arguments.Prepend(job.Program).Select(CronQuoting.Quote));
        var command = $"cd {CronQuoting.Quote(job.WorkingFolder)} && {words}{(job.Log is { } log ? $" >> {CronQuoting.Quote(log)} 2>&1" : "")}";
        if (Encoding.UTF8.GetByteCount(command) is var length && length > LongestCommand)
        {
            throw new ConfigurationException(
                $"The command of '{job.Name}' has {length} bytes in a crontab, where {LongestCommand} is the most.",
                "Name fewer tables (* stands for any characters, and none means all), or shorten the paths.");
        }

        return $"{Begin}{job.Name}\n{Record}{JobRecord.Write(job)}\n{CronTime.Fields(job.Interval)} {command}\n{End}{job.Name}\n";
    }

    /// <summary>The crontab with a job's block in place of the one of the same name, or at its end.</summary>
    public static string With(string crontab, ScheduledJob job)
    {
        var rest = Without(crontab, job.Name);
        return (rest.Length == 0 || rest.EndsWith('\n') ? rest : rest + "\n") + Block(job);
    }

    /// <summary>The crontab without a job's block; the same text when it has none.</summary>
    /// <exception cref="SchedulerException">A block does not end: what belongs to it is not known.</exception>
    public static string Without(string crontab, string name)
    {
        foreach (var block in Blocks(crontab).Where(block => block.Name == name).Reverse()) crontab = crontab.Remove(block.Start, block.Length);
        return crontab;
    }

    /// <summary>The jobs, and whether their block is still as it was written.</summary>
    public static IEnumerable<(ScheduledJob Job, bool IsEdited)> Jobs(string crontab)
    {
        foreach (var block in Blocks(crontab))
        {
            var text = crontab.Substring(block.Start, block.Length);
            var record = text.Split('\n').ElementAtOrDefault(1);
            if (record?.StartsWith(Record, StringComparison.Ordinal) == true && JobRecord.Read(record[Record.Length..]) is { } job && job.Name == block.Name)
                yield return (job, text.TrimEnd('\n') != Block(job).TrimEnd('\n'));
        }
    }

    private static List<(string Name, int Start, int Length)> Blocks(string crontab)
    {
        var blocks = new List<(string, int, int)>();
        var (name, start, position) = ((string?)null, 0, 0);
        while (position < crontab.Length)
        {
            var end = crontab.IndexOf('\n', position) is var found and >= 0 ? found + 1 : crontab.Length;
            var line = crontab[position..end].TrimEnd('\n', '\r');
            if (line.StartsWith(Begin, StringComparison.Ordinal))
            {
                if (name is not null) throw Unended(name);
                (name, start) = (line[Begin.Length..], position);
            }
            else if (name is not null && line == End + name)
            {
                blocks.Add((name, start, end - start));
                name = null;
            }

            position = end;
        }

        return name is null ? blocks : throw Unended(name);
    }

    private static SchedulerException Unended(string name) => new(
        $"The crontab has a line '{Begin}{name}' without the line '{End}{name}' that belongs to it.", "Repair it with: crontab -e");
}
