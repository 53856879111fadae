namespace EtlTools.Cmdlets;

/// <summary>
/// Why a command of this module failed, in words without secrets. The exceptions beneath, which drivers fill as they like, are in the
/// log file only.
/// </summary>
public sealed class EtlCommandException : Exception
{
    internal EtlCommandException(string message, string code, string remedy)
        : base(message)
    {
        Code = code;
        Remedy = remedy;
    }

    /// <summary>Stable identifier, such as <c>ETL-CONFIG</c>.</summary>
    public string Code { get; }

    /// <summary>What to do about it.</summary>
    public string Remedy { get; }
}
