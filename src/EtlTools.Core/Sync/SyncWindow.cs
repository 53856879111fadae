namespace EtlTools.Core.Sync;

/// <summary>What a run will read, fixed before the first row is.</summary>
/// <param name="Low">Watermark the window begins at, less the lookback; null means from the beginning.</param>
/// <param name="High">Last cursor value read, inclusive; null when there is nothing to read.</param>
/// <param name="TailLow">The cursor value a lookback before <paramref name="High"/>; null with it.</param>
/// <param name="Rows">Rows in it, counted at the source.</param>
/// <param name="NullCursors">Rows of the table without a cursor value; they are in no window.</param>
/// <param name="FutureRows">Rows whose cursor is later than now less settle; they wait.</param>
/// <param name="Newest">The newest cursor value of the table; null when it has none.</param>
/// <param name="Cuts">Cursor values between low and high, ascending, at which the read is divided into queries; empty when one query reads it all.</param>
/// <param name="IsIdle">Whether reading it would bring nothing that is not there.</param>
internal sealed record SyncWindow(
    string? Low, string? High, string? TailLow, long Rows, long NullCursors, long FutureRows, string? Newest, IReadOnlyList<string> Cuts, bool IsIdle);
