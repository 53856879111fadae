namespace EtlTools.Server.Tests.Driver;

/// <summary>A test that needs the genuine driver; shown as skipped where its folder is not configured.</summary>
internal sealed class WireFactAttribute : FactAttribute
{
    public WireFactAttribute() => Skip = SnowflakeDriverFolder.WhyNot;
}

/// <inheritdoc cref="WireFactAttribute"/>
internal sealed class WireTheoryAttribute : TheoryAttribute
{
    public WireTheoryAttribute() => Skip = SnowflakeDriverFolder.WhyNot;
}

/// <summary>Where the driver is.</summary>
internal static class SnowflakeDriverFolder
{
    public static string? Path => Environment.GetEnvironmentVariable("ETL_SNOWFLAKE_DRIVER") is { Length: > 0 } folder ? folder : null;

    public static string? WhyNot => Path is null ? "needs the Snowflake.Data driver: set ETL_SNOWFLAKE_DRIVER to its folder ('etl driver install' makes one)" : null;
}
