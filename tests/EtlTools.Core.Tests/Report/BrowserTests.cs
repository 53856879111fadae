using System.Diagnostics;
using EtlTools.Core.Report;
using Xunit;

namespace EtlTools.Core.Tests.Report;

/// <summary>The page in a browser.</summary>
public sealed class BrowserTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("etl-browser-test-").FullName;

    public void Dispose()
    {
        // The browser's last process may still be writing its profile.
        for (var i = 0; i < 20 && Directory.Exists(_folder); i++)
        {
            try
            {
                Directory.Delete(_folder, recursive: true);
            }
            catch (IOException)
            {
                new ManualResetEventSlim().Wait(100);
            }
        }
    }

    [ChromiumFact]
    public async Task Its_elements_are_ours_its_texts_are_shown_and_nothing_is_complained_of()
    {
        var file = Path.Combine(_folder, "report.html");
        await ReportSample.HostileReport.WriteAsync(file, ReportFormat.Html, CancellationToken.None);

        var (dom, log) = await DumpAsync(file);

        Assert.DoesNotContain("<script", dom, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", dom, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", dom, StringComparison.Ordinal);
        Assert.Equal(4, Count(dom, "<svg"));
        Assert.Equal(Count(ReportSample.HostileReport.Render(ReportFormat.Html), "<rect"), Count(dom, "<rect"));
        Assert.DoesNotContain("CONSOLE", log, StringComparison.Ordinal);
    }

    private async Task<(string Dom, string Log)> DumpAsync(string file)
    {
        string[] arguments =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--enable-logging=stderr", $"--user-data-dir={_folder}/profile", "--dump-dom",
            new Uri(file).AbsoluteUri,
        ];
        using var browser = Process.Start(new ProcessStartInfo(ChromiumFactAttribute.Program!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (dom, log) = (browser.StandardOutput.ReadToEndAsync(), browser.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            await browser.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!browser.HasExited) browser.Kill(entireProcessTree: true);
        }

        return (await dom, await log);
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}

/// <summary>A test in a browser of the Chromium family; skipped where none is on PATH.</summary>
public sealed class ChromiumFactAttribute : FactAttribute
{
    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome", "chrome", "msedge"];

    public ChromiumFactAttribute()
    {
        if (Program is null) Skip = "No Chromium, Chrome or Edge is on PATH.";
    }

    /// <summary>Its path; null when there is none.</summary>
    public static string? Program { get; } = (
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        from name in s_names
        let path = Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name)
        where File.Exists(path)
        select path).FirstOrDefault();
}
