namespace EtlTools.Cmdlets;

/// <summary>One part of a backfill's range.</summary>
public sealed record EtlReportPartition
{
    /// <summary>From 1.</summary>
    public int Number { get; internal init; }

    /// <summary>What it holds, in words.</summary>
    public string Range { get; internal init; } = "";

    /// <summary><c>waiting</c>, <c>running</c>, <c>done</c> or <c>parked</c>.</summary>
    public string Status { get; internal init; } = "";

    /// <summary>When it was first claimed; null before.</summary>
    public DateTime? StartedAt { get; internal init; }

    /// <summary>From then to its end or last sign of life.</summary>
    public TimeSpan? Duration { get; internal init; }

    /// <summary>Rows it was expected to have.</summary>
    public long Expected { get; internal init; }

    /// <summary>Rows read.</summary>
    public long Read { get; internal init; }

    /// <summary>Rows of these that were refused.</summary>
    public long Quarantined { get; internal init; }

    /// <summary>Rows read a second.</summary>
    public double? RowsPerSecond { get; internal init; }

    /// <summary>How often it was claimed.</summary>
    public int Attempts { get; internal init; }

    /// <summary>Who claimed it last.</summary>
    public string? Worker { get; internal init; }

    /// <summary>Stable code of the last failure; null when there is none, or a later attempt got further.</summary>
    public string? ErrorCode { get; internal init; }

    /// <summary>That failure in words.</summary>
    public string? Error { get; internal init; }

    /// <summary>Number and status.</summary>
    public override string ToString() => $"{Number}: {Status}";
}

/// <summary>Rows of a stretch of time.</summary>
public sealed record EtlReportSlice
{
    /// <summary>Its beginning.</summary>
    public DateTime From { get; internal init; }

    /// <summary>Its length.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>Rows read in it.</summary>
    public double Rows { get; internal init; }

    /// <summary>Rows a second.</summary>
    public double RowsPerSecond { get; internal init; }

    /// <summary>Time and rate.</summary>
    public override string ToString() => FormattableString.Invariant($"{From:HH:mm:ss} {RowsPerSecond}/s");
}

/// <summary>Refused rows of one kind.</summary>
public sealed record EtlReportError
{
    /// <summary>PostgreSQL's code; null when a row was refused before it got there.</summary>
    public string? SqlState { get; internal init; }

    /// <summary>The target column at fault; null when unknown.</summary>
    public string? Column { get; internal init; }

    /// <summary>The kind in words.</summary>
    public string Meaning { get; internal init; } = "";

    /// <summary>How many rows.</summary>
    public long Rows { get; internal init; }

    /// <summary>How many of them wait for a repair.</summary>
    public long Open { get; internal init; }

    /// <summary>The kind and how many.</summary>
    public override string ToString() => $"{Meaning}: {Rows}";
}
