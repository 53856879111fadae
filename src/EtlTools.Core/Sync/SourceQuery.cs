namespace EtlTools.Core.Sync;

/// <summary>One streaming query of a run.</summary>
/// <param name="Sql">Its text.</param>
/// <param name="Values">Its bound texts.</param>
/// <param name="CursorField">Field that holds the cursor text; null when its rows have none.</param>
internal sealed record SourceQuery(string Sql, IReadOnlyList<string> Values, int? CursorField);

/// <summary>The queries of a run, in order, and how to take up one that broke off.</summary>
internal interface ISourceQueries
{
    /// <summary>How many there are.</summary>
    int Count { get; }

    /// <summary>A query.</summary>
    /// <param name="index">Which, from 0.</param>
    /// <param name="resumeAt">Cursor text of the last row delivered by an attempt that broke off; null at the start.</param>
    SourceQuery Get(int index, string? resumeAt);
}
