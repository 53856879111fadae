using System.Text.Json;
using EtlTools.Core.Errors;
using EtlTools.Core.Report;
using EtlTools.Core.Tests.Texts;
using Xunit;

namespace EtlTools.Core.Tests.Report;

/// <summary>Text and JSON, as a person has approved them, and the file they are written to.</summary>
public sealed class ReportFormatTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("etl-report-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_text_is_the_approved_one()
    {
        ApprovedText.Check("report/eventful.txt", ReportSample.Eventful.Render(ReportFormat.Text));
        ApprovedText.Check("report/not-begun.txt", ReportSample.NotBegun.Render(ReportFormat.Text));
    }

    [Fact]
    public void The_JSON_is_the_approved_one() =>
        ApprovedText.Check("report/small.json", (ReportSample.Make(2) with { Throughput = ReportSample.Eventful.Throughput.Take(2).ToList() }).Render(ReportFormat.Json));

    [Fact]
    public void The_JSON_of_hostile_texts_gives_them_back()
    {
        var json = JsonDocument.Parse(ReportSample.HostileReport.Render(ReportFormat.Json)).RootElement;
        // Half a pair is not text; all else is.
        Assert.Equal(ReportSample.Hostile.Replace('\uD800', '\uFFFD'), json.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("report.html", ReportFormat.Html)]
    [InlineData("REPORT.HTM", ReportFormat.Html)]
    [InlineData("a.b/report.json", ReportFormat.Json)]
    [InlineData("report.txt", ReportFormat.Text)]
    [InlineData("report", null)]
    [InlineData("report.pdf", null)]
    public void The_name_of_a_file_says_what_it_is(string path, ReportFormat? format) => Assert.Equal(format, ReportFormats.OfFile(path));

    [Fact]
    public async Task A_file_is_replaced_only_by_a_complete_one()
    {
        var path = Path.Combine(_folder, "report.html");
        await File.WriteAllTextAsync(path, "before");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReportSample.Eventful.WriteAsync(path, ReportFormat.Html, new CancellationToken(canceled: true)));
        Assert.Equal("before", await File.ReadAllTextAsync(path));

        await ReportSample.Eventful.WriteAsync(path, ReportFormat.Html, CancellationToken.None);
        Assert.Equal(ReportSample.Eventful.Render(ReportFormat.Html), await File.ReadAllTextAsync(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_a_wrong_argument()
    {
        var refusal = await Assert.ThrowsAsync<ConfigurationException>(() => ReportSample.Eventful.WriteAsync(Path.Combine(_folder, "no/such/report.html"), ReportFormat.Html, CancellationToken.None));
        Assert.Contains("cannot be written", refusal.Message, StringComparison.Ordinal);
    }
}
