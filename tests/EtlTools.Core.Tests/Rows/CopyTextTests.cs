using System.Text;
using EtlTools.Core.Rows;
using EtlTools.Core.Tests.Texts;
using Xunit;

namespace EtlTools.Core.Tests.Rows;

public sealed class CopyTextTests
{
    [Fact]
    public void Whatever_is_encoded_is_decoded_to_the_same_row()
    {
        var random = new Random(20240101);
        for (var round = 0; round < 5_000; round++)
        {
            var values = Enumerable.Range(0, random.Next(1, 8)).Select(_ => random.Next(5) == 0 ? null : RandomText.Next(random)).ToArray();
            var row = Row(values);
            Assert.DoesNotContain((byte)'\n', row);
            Assert.DoesNotContain((byte)'\r', row);
            Assert.Equal(values.Length - 1, row.Count(b => b == '\t'));
            Assert.Equal(values, CopyText.DecodeRow(row));
        }
    }

    [Fact]
    public void Units_that_are_no_text_are_refused_and_all_others_pass()
    {
        var random = new Random(7);
        var (refused, passed) = (0, 0);
        for (var round = 0; round < 20_000; round++)
        {
            var text = RandomText.NextUnits(random);
            var fault = CopyText.TryEncode(text, new byte[CopyText.MaxBytes(text.Length)], out _);
            var isLone = !IsWellFormed(text);
            Assert.Equal(isLone || text.Contains('\0'), fault != TextFault.None);
            if (fault == TextFault.Nul) Assert.Contains('\0', text);
            if (fault == TextFault.LoneSurrogate) Assert.True(isLone);
            _ = fault == TextFault.None ? passed++ : refused++;
        }

        Assert.True(refused > 1000 && passed > 1000);
    }

    [Theory]
    [InlineData("a\tb", "a\\tb")]
    [InlineData("\\N", "\\\\N")]
    [InlineData("\\.", "\\\\.")]
    [InlineData("\r\n", "\\r\\n")]
    [InlineData("", "")]
    [InlineData("中😀", "中😀")]
    public void Fields_are_written_as_PostgreSQL_documents(string text, string expected)
    {
        Assert.Equal(expected, Encoding.UTF8.GetString(Row([text])));
        Assert.Equal("\\N", Encoding.UTF8.GetString(CopyText.Null));
    }

    [Fact]
    public void The_space_promised_is_enough_for_the_worst_text()
    {
        foreach (var worst in new[] { new string('中', 1000), new string('\\', 1000), string.Concat(Enumerable.Repeat("😀", 500)), new string('\uffff', 1000) })
            Assert.Equal(TextFault.None, CopyText.TryEncode(worst, new byte[CopyText.MaxBytes(worst.Length)], out _));
    }

    private static byte[] Row(string?[] values)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0) bytes.Add((byte)'\t');
            if (values[i] is not { } text)
            {
                bytes.AddRange(CopyText.Null);
                continue;
            }

            var space = new byte[CopyText.MaxBytes(text.Length)];
            Assert.Equal(TextFault.None, CopyText.TryEncode(text, space, out var written));
            bytes.AddRange(space.AsSpan(0, written));
        }

        return [.. bytes];
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) i++;
            else if (char.IsSurrogate(text[i])) return false;
        }

        return true;
    }
}
