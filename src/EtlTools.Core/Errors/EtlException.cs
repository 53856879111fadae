namespace EtlTools.Core.Errors;

/// <summary>
/// An error a person has to act on: what happened, where, and what to do. There is one derived type per kind of remedy;
/// front ends map the type to an exit code or an error category and show <see cref="Exception.Message"/> and <see cref="Remedy"/>.
/// Neither text ever holds a secret or a row's data.
/// </summary>
public abstract class EtlException : Exception
{
    /// <param name="message">What happened and where, as one sentence or a short list.</param>
    /// <param name="remedy">What the reader can do about it; never empty.</param>
    /// <param name="innerException">The cause, when another exception was caught.</param>
    protected EtlException(string message, string remedy, Exception? innerException)
        : base(message, innerException) => Remedy = remedy;

    /// <summary>A stable identifier for scripts and dashboards, such as <c>ETL-CONFIG</c>; it does not change between versions.</summary>
    public abstract string Code { get; }

    /// <summary>What to do about it.</summary>
    public string Remedy { get; }
}
