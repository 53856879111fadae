using EtlTools.Core.Errors;

namespace EtlTools.Core.Resilience;

/// <summary>A call was not made, since the calls before it failed one after the other. Remedy: mend the system, then run again.</summary>
public sealed class CircuitOpenException(string message, string remedy, Exception? innerException = null)
    : EtlException(message, remedy, innerException)
{
    /// <inheritdoc/>
    public override string Code => "ETL-CIRCUIT";
}
