namespace EtlTools.Cli;

/// <summary>What Ctrl-C and SIGTERM answer; a command to which it does not apply says something else.</summary>
internal sealed class StopNotice
{
    /// <summary>One line for standard error; null says nothing.</summary>
    public string? Text { get; set; } = "Stopping at the next batch boundary; once more ends at once.";
}
