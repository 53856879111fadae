using EtlTools.Core.Rows;

namespace EtlTools.Core.Sync;

/// <summary>What became of the rows of a batch that were encoded.</summary>
/// <param name="Inserted">New in the target.</param>
/// <param name="Updated">Changed in the target.</param>
/// <param name="Unchanged">In the target already, as they are; counted by looking, not by subtraction.</param>
/// <param name="Superseded">Older versions of a key that came more than once.</param>
/// <param name="Rejected">Rows the target refused.</param>
internal sealed record LoadOutcome(long Inserted, long Updated, long Unchanged, long Superseded, IReadOnlyList<RejectedRow> Rejected);
