namespace EtlTools.Core.State;

/// <summary>A row that could not be loaded: one row of <c>etl.quarantine</c>.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Pipeline">The pipeline it belongs to.</param>
/// <param name="RunId">The run that saw it last.</param>
/// <param name="Key">Its key as a JSON object of text values; null when the row had no complete key.</param>
/// <param name="Payload">All its values as a JSON object of text values, exactly as the source sent them.</param>
/// <param name="Reason">Why it could not be loaded.</param>
/// <param name="SqlState">PostgreSQL's code; null when the reason is not PostgreSQL's.</param>
/// <param name="Column">The target column at fault; null when unknown.</param>
/// <param name="Status"><c>open</c>, <c>resolved</c> or <c>discarded</c>.</param>
/// <param name="Attempts">How often a retry has failed.</param>
/// <param name="FirstSeen">When it was first put aside.</param>
/// <param name="LastSeen">When it was last put aside.</param>
public sealed record QuarantinedRow(
    long Id, string Pipeline, Guid? RunId, string? Key, string Payload, string Reason, string? SqlState, string? Column,
    string Status, int Attempts, DateTimeOffset FirstSeen, DateTimeOffset LastSeen);
