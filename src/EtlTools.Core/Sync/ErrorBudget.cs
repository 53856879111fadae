using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Rows;
using EtlTools.Core.State;

namespace EtlTools.Core.Sync;

/// <summary>How many rows of a run may be refused. A share is measured against the rows the window was counted to hold.</summary>
internal sealed class ErrorBudget(ErrorLimit limit, long expectedRows)
{
    /// <summary>Whether the run has more refused rows than allowed.</summary>
    public bool IsExceeded(RowCounts counts) => limit.IsExceeded(counts.Quarantined, Math.Max(expectedRows, counts.Read));

    /// <summary>The error of a run over its limit.</summary>
    public DataException Failure(string pipeline, RowCounts counts, RejectedRow? first) => new(
        string.Create(CultureInfo.InvariantCulture, $"{pipeline}: {counts.Quarantined} of {counts.Read} rows were refused, more than max_errors = {limit} allows. The first of the last batch: {Describe(first)}."),
        "See `etl errors list` for the rows and reasons. Repair the source or the target, or raise max_errors; the watermark is at the last good batch.");

    // The reason as PostgreSQL words it may quote the value; that is for the quarantine, not for messages and logs.
    private static string Describe(RejectedRow? row) => row is null
        ? "refused while staging"
        : string.Join(", ", new[]
        {
            row.SqlState is null ? "no SQLSTATE" : $"SQLSTATE {row.SqlState}", row.Column is null ? null : $"column {row.Column}",
        }.OfType<string>());
}
