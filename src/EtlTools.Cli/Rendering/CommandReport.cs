namespace EtlTools.Cli.Rendering;

/// <summary>What a command found or did. The same object is shown to people and printed as JSON, so that the two never differ.</summary>
internal abstract class CommandReport
{
    /// <summary>How the process ends.</summary>
    public abstract ExitCode ExitCode { get; }

    /// <summary>Whether all of it has been printed line by line already, so that no document follows.</summary>
    public virtual bool IsSaid => false;

    /// <summary>Writes it for people.</summary>
    public abstract void Write(TextReport text);

    /// <summary>Writes its fields after <c>command</c> and <c>exit_code</c>, which every document has.</summary>
    public abstract void Write(JsonReport json);
}
