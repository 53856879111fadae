using Xunit;

namespace EtlTools.Core.Tests.Snowflake;

/// <summary>A test that needs the genuine driver; shown as skipped where its folder is not configured.</summary>
internal sealed class DriverFactAttribute : FactAttribute
{
    public DriverFactAttribute()
    {
        if (Folder is null)
            Skip = "needs the Snowflake.Data driver: set ETL_SNOWFLAKE_DRIVER to its folder ('etl driver install' makes one)";
    }

    public static string? Folder => Environment.GetEnvironmentVariable("ETL_SNOWFLAKE_DRIVER") is { Length: > 0 } folder ? folder : null;
}
