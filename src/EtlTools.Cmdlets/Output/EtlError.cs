using EtlTools.Core.State;

namespace EtlTools.Cmdlets;

/// <summary>A row in quarantine. Times are UTC.</summary>
public sealed record EtlError
{
    /// <summary>Its number.</summary>
    public long Id { get; private init; }

    /// <summary>The table's name.</summary>
    public string Table { get; private init; } = "";

    /// <summary>The run that saw it last.</summary>
    public Guid? RunId { get; private init; }

    /// <summary>Its key as JSON; null when it had no complete key.</summary>
    public string? Key { get; private init; }

    /// <summary>Why it could not be loaded.</summary>
    public string Reason { get; private init; } = "";

    /// <summary>PostgreSQL's code; null when the reason is not PostgreSQL's.</summary>
    public string? SqlState { get; private init; }

    /// <summary>The target column at fault; null when unknown.</summary>
    public string? Column { get; private init; }

    /// <summary><c>open</c>, <c>resolved</c> or <c>discarded</c>.</summary>
    public string Status { get; private init; } = "";

    /// <summary>How often a retry has failed.</summary>
    public int Attempts { get; private init; }

    /// <summary>When it was first put aside.</summary>
    public DateTime FirstSeen { get; private init; }

    /// <summary>When it was last put aside.</summary>
    public DateTime LastSeen { get; private init; }

    /// <summary>All its values as JSON; null unless <c>-IncludeData</c> was given.</summary>
    public string? Data { get; private init; }

    /// <summary>Table, key and reason.</summary>
    public override string ToString() => $"{Table} {Key}: {Reason}";

    internal static EtlError From(QuarantinedRow row, bool withData) => new()
    {
        Id = row.Id, Table = row.Pipeline, RunId = row.RunId, Key = row.Key, Reason = row.Reason, SqlState = row.SqlState, Column = row.Column,
        Status = row.Status, Attempts = row.Attempts, FirstSeen = row.FirstSeen.UtcDateTime, LastSeen = row.LastSeen.UtcDateTime,
        Data = withData ? row.Payload : null,
    };
}
