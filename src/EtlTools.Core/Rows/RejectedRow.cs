namespace EtlTools.Core.Rows;

/// <summary>A row that is put aside: what it held and why it could not be loaded.</summary>
/// <param name="Key">Its key, column by column; null values where the source has none.</param>
/// <param name="Values">All its values by target column, as the source sent them.</param>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="SqlState">PostgreSQL's code for the reason; null when there is none.</param>
/// <param name="Column">The target column at fault; null when unknown.</param>
internal sealed record RejectedRow(
    IReadOnlyList<string?> Key, IReadOnlyList<string?> Values, string Reason, string? SqlState, string? Column);
