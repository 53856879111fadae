using EtlTools.Core.Rows;
using EtlTools.Core.State;

namespace EtlTools.Core.Sync;

/// <summary>Which run of which pipeline writes.</summary>
internal sealed record RunIdentity(string Pipeline, Guid RunId, bool IsRetry)
{
    /// <summary>Where rows refused in a batch come from.</summary>
    public QuarantineOrigin Origin(LoadPlan plan, RowBatch batch) => new(Pipeline, RunId, batch.Sequence, plan.Columns, plan.Key, IsRetry);
}
