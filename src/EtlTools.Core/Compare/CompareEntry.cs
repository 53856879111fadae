using EtlTools.Core.Config;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Compare;

/// <summary>One table's comparison: either counts or a failure.</summary>
public sealed record CompareEntry(PipelineDefinition Pipeline, RowCountResult? Counts, Failure? Failure)
{
    /// <summary>Whether both sides hold as many rows, and as many as expected, if a number is expected.</summary>
    public bool IsRight => Counts is { IsEqual: true, IsExpected: not false };

    /// <summary>Whether just the quarantined rows are missing.</summary>
    public bool IsExplained => Counts is { IsEqual: false, OpenQuarantine: > 0 } counts && counts.Difference == -counts.OpenQuarantine
        && (counts.ExpectedRows ?? counts.SourceRows) == counts.SourceRows;

    /// <summary>Whether both sides hold as many rows, but not the number that was expected.</summary>
    public bool IsUnexpected => Counts is { IsEqual: true, IsExpected: false };

    /// <summary>Compares a table; a failure is its entry, so that the others can still be compared.</summary>
    public static async Task<CompareEntry> OfAsync(EtlSession session, PipelineDefinition pipeline, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(session);
        try
        {
            return new CompareEntry(pipeline, await new RowCountComparison(session.Services).RunAsync(pipeline, stop).ConfigureAwait(false), null);
        }
#pragma warning disable CA1031 // Whatever goes wrong with one table is its own line.
        catch (Exception failure) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
        {
            session.Log(failure);
            return new CompareEntry(pipeline, null, Failure.Of(failure));
        }
    }
}
