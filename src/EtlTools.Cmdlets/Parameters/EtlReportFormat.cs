namespace EtlTools.Cmdlets;

/// <summary>What a report is written as.</summary>
public enum EtlReportFormat
{
    /// <summary>For a terminal or a mail.</summary>
    Text,

    /// <summary>For programs.</summary>
    Json,

    /// <summary>One page with charts that opens from disk.</summary>
    Html,
}
