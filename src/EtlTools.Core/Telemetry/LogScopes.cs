using Microsoft.Extensions.Logging;

namespace EtlTools.Core.Telemetry;

/// <summary>What every message within a run carries.</summary>
public static class LogScopes
{
    /// <summary>Until disposed, all messages of this flow of control carry <c>run_id</c> and <c>pipeline</c>.</summary>
    public static IDisposable? BeginRun(this ILogger logger, Guid runId, string pipeline)
    {
        ArgumentNullException.ThrowIfNull(logger);
        return logger.BeginScope(new Dictionary<string, object> { ["RunId"] = runId, ["Pipeline"] = pipeline });
    }
}
