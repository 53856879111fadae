namespace EtlTools.Cli.Rendering;

/// <summary>The end of <c>status --watch</c>, which only a stop request brings about: everything has been shown.</summary>
internal sealed class WatchReport : CommandReport
{
    public override ExitCode ExitCode => ExitCode.Done;

    public override bool IsSaid => true;

    public override void Write(TextReport text)
    {
        // It was shown while it was watched.
    }

    public override void Write(JsonReport json)
    {
        // One line each, while it was watched.
    }
}
