using EtlTools.Core.Driver;

namespace EtlTools.Cli.Rendering;

/// <summary>
/// The result of <c>driver install</c> and <c>driver status</c>. JSON: <c>folder</c>, <c>version</c> (null when there is none),
/// <c>minimum_version</c>, <c>usable</c>, <c>problem</c>, <c>remedy</c>.
/// </summary>
internal sealed class DriverReport(DriverStatus status, bool isInstalled) : CommandReport
{
    public override ExitCode ExitCode => status.IsUsable ? ExitCode.Done : ExitCode.Failed;

    public override void Write(TextReport text)
    {
        if (status.IsUsable)
            text.Line($"Snowflake.Data {status.Version} {(isInstalled ? "is installed" : "is")} in {status.Folder}; {DriverStatus.MinimumVersion} or later is needed.", TextReport.Good);
        else
            text.Finding(status.Problem!, status.Remedy, TextReport.Bad);
    }

    public override void Write(JsonReport json)
    {
        json.Text("folder", status.Folder);
        json.Text("version", status.Version?.ToString());
        json.Text("minimum_version", DriverStatus.MinimumVersion.ToString());
        json.Flag("usable", status.IsUsable);
        json.Text("problem", status.Problem);
        json.Text("remedy", status.Remedy);
    }
}
