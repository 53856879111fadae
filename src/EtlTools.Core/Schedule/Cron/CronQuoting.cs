using System.Text;

namespace EtlTools.Core.Schedule.Cron;

/// <summary>
/// Quotes one word for a command in a crontab, which two programs read: cron ends the command at a <c>%</c> without a backslash before
/// it, and <c>sh</c> splits what is left. Some crons take the backslash away and others leave it, and some make one backslash of two;
/// the text means the same for all of them, because <c>\%</c> stands outside of quotes and no two backslashes follow each other.
/// </summary>
internal static class CronQuoting
{
    /// <summary>The word, quoted; it must hold no line break.</summary>
    public static string Quote(string word)
    {
        if (word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=@+,".Contains(c, StringComparison.Ordinal))) return word;
        var text = new StringBuilder("'");
        for (var i = 0; i < word.Length; i++)
        {
            text.Append(word[i] switch
            {
                '\'' => """'"'"'""",
                '%' => @"'\%'",
                '\\' when i + 1 < word.Length && word[i + 1] == '\\' => @"\''",
                var other => other.ToString(),
            });
        }

        return text.Append('\'').ToString();
    }
}
