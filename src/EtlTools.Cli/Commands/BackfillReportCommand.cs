using System.CommandLine;
using EtlTools.Cli.Parsing;
using EtlTools.Cli.Rendering;
using EtlTools.Core.Report;

namespace EtlTools.Cli.Commands;

/// <summary><c>etl backfill report</c>.</summary>
internal static class BackfillReportCommand
{
    public static Command Create(CommandRunner runner)
    {
        var name = new Argument<string>("NAME") { Description = "Name of the backfill, finished or not." };
        var format = ValueParsers.Word("--format", "text, json, or html: one page with charts that opens from disk. When left out: what the name of the file says, otherwise text.", "text", "json", "html");
        var output = new Option<string?>("--output", "-o") { Description = "File to write; otherwise standard output. A file that is there is replaced.", HelpName = "FILE" };
        var command = new Command("report", "Show what became of a backfill: rows, time, throughput, partitions, refused rows.") { name, format, output };
        runner.Bind(command, result => async (session, stop) =>
        {
            var file = result.GetValue(output);
            var report = await new BackfillReportQuery(session.Etl).RunAsync(result.GetValue(name)!, stop).ConfigureAwait(false);
            var written = Format(result.GetValue(format)) ?? (file is null ? null : ReportFormats.OfFile(file)) ?? ReportFormat.Text;
            var path = file is null ? null : Path.GetFullPath(file, session.Surroundings.Folder);
            if (path is not null) await report.WriteAsync(path, written, stop).ConfigureAwait(false);
            return new BackfillReportOutput(report, written, path);
        });
        return command;
    }

    private static ReportFormat? Format(string? word) => word switch
    {
        "text" => ReportFormat.Text,
        "json" => ReportFormat.Json,
        "html" => ReportFormat.Html,
        _ => null,
    };
}
