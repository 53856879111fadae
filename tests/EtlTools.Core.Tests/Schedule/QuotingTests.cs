using System.Diagnostics;
using System.Text;
using EtlTools.Core.Schedule.Cron;
using EtlTools.Core.Schedule.TaskScheduler;
using Xunit;

namespace EtlTools.Core.Tests.Schedule;

/// <summary>Whatever a word holds, the program gets it as it is.</summary>
public sealed class QuotingTests
{
    private static readonly string[] s_pieces = ["'", "\"", "\\", "\\\\", "%", "\\%", "%%", "$", "$HOME", "`", " ", "  ", ";", "&", "|", "<", ">", "(", ")", "#", "!", "*", "?", "~", "-", "a", "Z", "0", "规", "😀", "{", "}", "^", "="];

    public static TheoryData<string> Crons => new("keeps the backslash", "takes the backslash", "takes it, and one of two");

    [Theory]
    [MemberData(nameof(Crons))]
    public void Every_cron_and_sh_hand_words_over_unchanged(string cron)
    {
        if (OperatingSystem.IsWindows()) return;
        var words = Words(20261121, 300).ToList();
        var line = "printf \\%s'\\n' " + string.Join(' ', words.Select(CronQuoting.Quote));

        var output = Shell(AsCronReadsIt(line, cron));

        Assert.Equal(words, output.Split('\n')[..^1]);
    }

    [Fact]
    public void A_Windows_program_takes_a_command_line_apart_into_the_same_words()
    {
        var words = Words(7, 2000).Append("").ToList();

        Assert.Equal(words, TakenApart(WindowsArguments.Join(words)));
    }

    private static IEnumerable<string> Words(int seed, int count)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++) yield return string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => s_pieces[random.Next(s_pieces.Length)]));
    }

    // What do_command() of Vixie's cron, and of its descendants, makes of the text behind the five fields.
    private static string AsCronReadsIt(string command, string cron)
    {
        var text = new StringBuilder();
        for (var i = 0; i < command.Length; i++)
        {
            if (command[i] == '%') throw new InvalidOperationException("The command would end here.");
            if (command[i] != '\\' || i + 1 == command.Length)
            {
                text.Append(command[i]);
                continue;
            }

            var next = command[++i];
            if (cron == "keeps the backslash" || !(next == '%' || (next == '\\' && cron.EndsWith("two", StringComparison.Ordinal)))) text.Append('\\');
            text.Append(next);
        }

        return text.ToString();
    }

    private static string Shell(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8 })!;
        return process.StandardOutput.ReadToEnd();
    }

    // The rules of CommandLineToArgvW.
    private static List<string> TakenApart(string line)
    {
        var words = new List<string>();
        var i = 0;
        while (i < line.Length)
        {
            while (i < line.Length && line[i] == ' ') i++;
            var (word, isQuoted) = (new StringBuilder(), false);
            for (; i < line.Length && (isQuoted || line[i] != ' '); i++)
            {
                var start = i;
                while (i < line.Length && line[i] == '\\') i++;
                var backslashes = i - start;
                if (i < line.Length && line[i] == '"')
                {
                    word.Append('\\', backslashes / 2);
                    if (backslashes % 2 == 1) word.Append('"');
                    else isQuoted = !isQuoted;
                }
                else
                {
                    word.Append('\\', backslashes);
                    if (i == line.Length || (line[i] == ' ' && !isQuoted)) break;
                    word.Append(line[i]);
                }
            }

            words.Add(word.ToString());
        }

        return words;
    }
}
