using EtlTools.Core.Config;
using Xunit;

namespace EtlTools.Core.Tests.Config;

public sealed class EnvironmentFileTests
{
    [Theory]
    [InlineData("A=1\n", "1")]
    [InlineData("A=1", "1")]
    [InlineData("\uFEFFA=1\r\n", "1")]
    [InlineData("export A='x y'\n", "x y")]
    [InlineData("A=two words # comment\n", "two words")]
    [InlineData("A=a#b\n", "a#b")]
    [InlineData("A=\"line\\nline\"\n", "line\nline")]
    [InlineData("A=Host=h;Password=p q;X=1\n", "Host=h;Password=p q;X=1")]
    [InlineData("# c\n#\n\nA=名\n", "名")]
    public void Reads_the_usual_forms(string text, string expected)
    {
        var file = EnvironmentFile.Parse(text, ".env");
        Assert.Empty(file.Problems);
        Assert.Equal(expected, file.Values["A"]);
    }

    [Theory]
    [InlineData("A=pa$HOME\n", "pa$HOME")]
    [InlineData("A=pa$$${PATH}\n", "pa$$${PATH}")]
    [InlineData("A=\"$PATH\"\n", "$PATH")]
    [InlineData("A='$PATH'\n", "$PATH")]
    public void A_dollar_sign_stands_for_itself(string text, string expected) =>
        Assert.Equal(expected, EnvironmentFile.Parse(text, ".env").Values["A"]);

    [Theory]
    [InlineData("A=1\nthis is topsecret\nB=2", ".env:2")]
    [InlineData("A=topsecret\nB='topsecret\nC=2", ".env:2")]
    [InlineData("A=topsecret\"x\n", ".env:1")]
    public void A_broken_line_is_named_and_not_quoted(string text, string place)
    {
        var problem = Assert.Single(EnvironmentFile.Parse(text, ".env").Problems);
        Assert.StartsWith(place + ": not a line of the form NAME=value", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_set_twice_is_a_problem() =>
        Assert.Equal([".env: A is set twice; keep one of the lines."], EnvironmentFile.Parse("A=1\nA=2\n", ".env").Problems);

    [Fact]
    public void A_file_that_others_can_read_is_warned_about()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TemporaryFolder();
        var path = folder.Write(".env", "A=1\n");
        Assert.Empty(EnvironmentFile.Read(path).Warnings);

        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var warning = Assert.Single(EnvironmentFile.Read(path).Warnings);
        Assert.Equal($"{path}: other users of this machine may read or change the file; take that away with: chmod 600 '{path}'", warning);
    }
}
