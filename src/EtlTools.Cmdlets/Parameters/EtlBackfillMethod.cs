namespace EtlTools.Cmdlets;

/// <summary>How rows of a backfill travel.</summary>
public enum EtlBackfillMethod
{
    /// <summary>Picked by size.</summary>
    Auto,

    /// <summary>Read by query.</summary>
    Stream,

    /// <summary>By files that Snowflake writes.</summary>
    Unload,
}
