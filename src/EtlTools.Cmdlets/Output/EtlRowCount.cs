using EtlTools.Core.Compare;

namespace EtlTools.Cmdlets;

/// <summary>How many rows both sides of a table hold.</summary>
public sealed record EtlRowCount
{
    /// <summary>The table's name.</summary>
    public string Table { get; private init; } = "";

    /// <summary>Its source.</summary>
    public string Source { get; private init; } = "";

    /// <summary>Its target.</summary>
    public string Target { get; private init; } = "";

    /// <summary>Rows at the source.</summary>
    public long SourceRows { get; private init; }

    /// <summary>Rows at the target.</summary>
    public long TargetRows { get; private init; }

    /// <summary>Target less source: negative when rows are missing in the target.</summary>
    public long Difference => TargetRows - SourceRows;

    /// <summary>Rows in quarantine.</summary>
    public long InQuarantine { get; private init; }

    /// <summary>Whether both sides hold as many rows.</summary>
    public bool IsEqual => Difference == 0;

    /// <summary>Whether exactly the rows in quarantine are missing.</summary>
    public bool IsExplained { get; private init; }

    /// <summary>How many rows the YAML file says the target should have; null when it does not say.</summary>
    public long? ExpectedRows { get; private init; }

    /// <summary>Whether the target has them; null when nothing is expected.</summary>
    public bool? IsExpected => ExpectedRows is { } expected ? TargetRows == expected : null;

    /// <summary>The newest <c>_LOADED_AT</c> of a Snowflake target, to the second in UTC; null for a table without that column or without rows.</summary>
    public DateTime? NewestLoad { get; private init; }

    /// <summary><c>equal</c>, <c>not as expected</c> (both sides agree, but not with <see cref="ExpectedRows"/>), <c>in quarantine</c> or <c>different</c>.</summary>
    public string Result => IsEqual ? IsExpected == false ? "not as expected" : "equal" : IsExplained ? "in quarantine" : "different";

    /// <summary>The table and the result.</summary>
    public override string ToString() => $"{Table}: {Result}";

    internal static EtlRowCount From(CompareEntry entry) => new()
    {
        Table = entry.Pipeline.Name, Source = entry.Pipeline.Source, Target = entry.Pipeline.Target, SourceRows = entry.Counts!.SourceRows,
        TargetRows = entry.Counts.TargetRows, InQuarantine = entry.Counts.OpenQuarantine, IsExplained = entry.IsExplained,
        ExpectedRows = entry.Counts.ExpectedRows, NewestLoad = entry.Counts.NewestLoad?.UtcDateTime,
    };
}
