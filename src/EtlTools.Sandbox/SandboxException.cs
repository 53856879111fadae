namespace EtlTools.Sandbox;

/// <summary>A sandbox could not be had or used: what happened, and what to do about it. Holds no password.</summary>
public sealed class SandboxException(string message, string remedy, Exception? innerException = null)
    : Exception(message + Environment.NewLine + remedy, innerException)
{
    /// <summary>What to do about it.</summary>
    public string Remedy { get; } = remedy;
}
