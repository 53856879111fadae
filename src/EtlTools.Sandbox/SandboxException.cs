using EtlTools.Core.Errors;

namespace EtlTools.Sandbox;

/// <summary>A sandbox could not be had or used: what happened, and what to do about it. Holds no password.</summary>
public sealed class SandboxException(string message, string remedy, Exception? innerException = null)
    : EtlException(message, remedy, innerException)
{
    /// <inheritdoc/>
    public override string Code => "ETL-SANDBOX";
}
