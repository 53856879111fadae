using System.Text.RegularExpressions;
using EtlTools.LocalWarehouse.Reference;
using EtlTools.LocalWarehouse.Types;
using Xunit;

namespace EtlTools.LocalWarehouse.Tests;

/// <summary>docs/local-snowflake.md says what the code can do. ETL_TEST_APPROVE=1 writes it anew.</summary>
public sealed class SupportedLanguageTests
{
    private const string Begin = "<!-- begin: made from the code -->\n\n";
    private const string End = "\n<!-- end -->";

    [Fact]
    public void The_page_lists_what_the_code_understands()
    {
        var path = PathOf("docs/local-snowflake.md");
        var page = File.ReadAllText(path).ReplaceLineEndings("\n");
        var (from, to) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable("ETL_TEST_APPROVE") == "1")
        {
            page = page[..from] + SupportedLanguage.Markdown() + page[to..];
            File.WriteAllText(path, page);
            to = page.IndexOf(End, StringComparison.Ordinal);
        }

        Assert.Equal(SupportedLanguage.Markdown(), page[from..to]);
    }

    [Fact]
    public void Every_type_name_in_the_code_is_in_the_list()
    {
        var source = File.ReadAllText(PathOf("src/EtlTools.LocalWarehouse/Types/TypeNames.cs"));
        var cases = Regex.Matches(source, "case (?<names>\"[^:]*):").SelectMany(m => Regex.Matches(m.Groups["names"].Value, "\"(?<name>[^\"]+)\"")).Select(m => m.Groups["name"].Value);
        Assert.Equal(cases.Order(), TypeNames.All.Order());
    }

    private static string PathOf(string file)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "EtlTools.sln"))) folder = folder.Parent;
        return Path.Combine(folder.FullName, file);
    }
}
