using EtlTools.Core.State;

namespace EtlTools.Cmdlets;

/// <summary>How far a table has come. Times are UTC.</summary>
public sealed record EtlWatermark
{
    /// <summary>The table's name.</summary>
    public string Table { get; private init; } = "";

    /// <summary>Its source.</summary>
    public string Source { get; private init; } = "";

    /// <summary>Its target.</summary>
    public string Target { get; private init; } = "";

    /// <summary>The source column the position is measured on.</summary>
    public string? WatermarkColumn { get; private init; }

    /// <summary>The value up to which rows are in the target; null means the next run reads everything.</summary>
    public string? Value { get; private init; }

    /// <summary>What it was before the command that returns this object; null otherwise.</summary>
    public string? PreviousValue { get; init; }

    /// <summary>Whether the window begun last was read to its end.</summary>
    public bool IsWindowComplete { get; private init; } = true;

    /// <summary>Who runs the table now; null when nobody does.</summary>
    public string? Holder { get; private init; }

    /// <summary>Since when.</summary>
    public DateTime? HolderSince { get; private init; }

    /// <summary>The run that took the lease last.</summary>
    public Guid? LastRunId { get; private init; }

    /// <summary>How it ended; null when the table has never run.</summary>
    public string? LastStatus { get; private init; }

    /// <summary>Why it failed; null when it did not.</summary>
    public string? LastError { get; private init; }

    /// <summary>When a run last ended well.</summary>
    public DateTime? LastSuccess { get; private init; }

    /// <summary>Rows of all runs together.</summary>
    public long RowsProcessed { get; private init; }

    /// <summary>The table and where it stands.</summary>
    public override string ToString() => $"{Table}: {Value ?? "none"}";

    internal static EtlWatermark From(KnownTable table) => table.Watermark is { } mark
        ? From(mark)
        : new() { Table = table.Name, Source = table.Source, Target = table.Target };

    internal static EtlWatermark From(Watermark mark) => new()
    {
        Table = mark.Pipeline, Source = mark.Source, Target = mark.Target, WatermarkColumn = mark.CursorColumn, Value = mark.Cursor,
        IsWindowComplete = mark.WindowComplete, Holder = mark.Holder, HolderSince = mark.HolderSince?.UtcDateTime, LastRunId = mark.LastRunId,
        LastStatus = mark.LastStatus, LastError = mark.LastError, LastSuccess = mark.LastSuccess?.UtcDateTime, RowsProcessed = mark.RowsProcessed,
    };
}
