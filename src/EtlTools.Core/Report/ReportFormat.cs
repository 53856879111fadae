using EtlTools.Core.Errors;
using EtlTools.Core.Report.Html;

namespace EtlTools.Core.Report;

/// <summary>What a report is written as.</summary>
public enum ReportFormat
{
    /// <summary>For a terminal or a mail.</summary>
    Text,

    /// <summary>For programs.</summary>
    Json,

    /// <summary>One page with charts that needs nothing else.</summary>
    Html,
}

/// <summary>Writes reports in each format.</summary>
public static class ReportFormats
{
    /// <summary>The report as text of that format.</summary>
    public static string Render(this BackfillReport report, ReportFormat format)
    {
        ArgumentNullException.ThrowIfNull(report);
        return format switch
        {
            ReportFormat.Json => ReportJson.Render(report) + "\n",
            ReportFormat.Html => ReportPage.Render(report),
            _ => ReportText.Render(report),
        };
    }

    /// <summary>The format that a file's name asks for; null when it says nothing.</summary>
    public static ReportFormat? OfFile(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".HTML" or ".HTM" => ReportFormat.Html,
        ".JSON" => ReportFormat.Json,
        ".TXT" or ".TEXT" or ".LOG" => ReportFormat.Text,
        _ => null,
    };

    /// <summary>Writes a file, UTF-8; one that is there is replaced, but only by a complete one.</summary>
    /// <exception cref="ConfigurationException">It cannot be written.</exception>
    public static async Task WriteAsync(this BackfillReport report, string path, ReportFormat format, CancellationToken stop)
    {
        var unfinished = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            await File.WriteAllTextAsync(unfinished, report.Render(format), stop).ConfigureAwait(false);
            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ConfigurationException($"{path} cannot be written: {error.Message}", "Name a file in a folder that exists and may be written.", error);
        }
        finally
        {
            if (File.Exists(unfinished)) File.Delete(unfinished);
        }
    }
}
