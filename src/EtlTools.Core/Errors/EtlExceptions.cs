namespace EtlTools.Core.Errors;

/// <summary>A setting is missing, unknown or impossible. Lists all problems found at once. Remedy: change the settings.</summary>
public sealed class ConfigurationException : EtlException
{
    /// <param name="problems">One sentence per problem, each naming the setting or the file and line; at least one.</param>
    /// <param name="remedy">What to do about all of them.</param>
    /// <param name="innerException">The cause, when another exception was caught.</param>
    public ConfigurationException(IReadOnlyList<string> problems, string remedy, Exception? innerException = null)
        : base(string.Join(Environment.NewLine, problems), remedy, innerException) => Problems = problems;

    /// <inheritdoc cref="ConfigurationException(IReadOnlyList{string}, string, Exception?)"/>
    public ConfigurationException(string problem, string remedy, Exception? innerException = null)
        : this([problem], remedy, innerException)
    {
    }

    /// <summary>One sentence per problem.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <inheritdoc/>
    public override string Code => "ETL-CONFIG";
}

/// <summary>A system could not be reached or refused the sign-in. Remedy: network, credentials, or wait and run again.</summary>
public sealed class ConnectionException(string message, string remedy, Exception? innerException = null)
    : EtlException(message, remedy, innerException)
{
    /// <inheritdoc/>
    public override string Code => "ETL-CONNECTION";
}

/// <summary>More rows than allowed were refused by the target, or a value cannot be carried. Remedy: repair the data, then retry.</summary>
public sealed class DataException(string message, string remedy, Exception? innerException = null)
    : EtlException(message, remedy, innerException)
{
    /// <inheritdoc/>
    public override string Code => "ETL-DATA";
}

/// <summary>Source and target tables no longer fit together. Remedy: the DDL in the message, or another drift policy.</summary>
public sealed class DriftException(string message, string remedy, Exception? innerException = null)
    : EtlException(message, remedy, innerException)
{
    /// <inheritdoc/>
    public override string Code => "ETL-DRIFT";
}

/// <summary>Another run holds the lease, or took it over. Remedy: wait for it; nothing was written by this run after the loss.</summary>
public class ConflictException(string message, string remedy, Exception? innerException = null)
    : EtlException(message, remedy, innerException)
{
    /// <inheritdoc/>
    public override string Code => "ETL-CONFLICT";
}

/// <summary>Another run held the lease when this one asked for it: nothing was begun, and nothing is wrong.</summary>
public sealed class LeaseHeldException(string message, string remedy) : ConflictException(message, remedy);

/// <summary>A check the run makes on its own work did not hold: figures that do not add up. Remedy: report it; the batch was rolled back.</summary>
public sealed class IntegrityException(string message, string remedy, Exception? innerException = null)
    : EtlException(message, remedy, innerException)
{
    /// <inheritdoc/>
    public override string Code => "ETL-INTEGRITY";
}
