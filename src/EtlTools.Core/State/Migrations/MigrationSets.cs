namespace EtlTools.Core.State.Migrations;

/// <summary>Names of the sets of migrations.</summary>
public static class MigrationSets
{
    /// <summary>The product's own state, schema <c>etl</c>; every target database needs it.</summary>
    public const string State = "state";

    /// <summary>Target tables of the medical work orders; optional.</summary>
    public const string Medical = "medical";
}
