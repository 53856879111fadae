using System.Reflection;
using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Driver;

/// <summary>What is in a driver folder, found out without loading it.</summary>
/// <param name="Folder">The folder, complete.</param>
/// <param name="Version">The driver's version, three parts; null when there is none, or it is no assembly.</param>
/// <param name="Problem">Why it cannot be used, as one sentence; null when it can.</param>
public sealed record DriverStatus(string Folder, Version? Version, string? Problem)
{
    /// <summary>The file that makes a folder a driver folder.</summary>
    public const string DriverFile = "Snowflake.Data.dll";

    /// <summary>The oldest version this product works with.</summary>
    public static Version MinimumVersion => SnowflakeDriver.MinimumVersion;

    /// <summary>Whether the driver is there and new enough.</summary>
    public bool IsUsable => Problem is null;

    /// <summary>What to do; null when nothing is to be done.</summary>
    public string? Remedy => IsUsable ? null : "Install it with 'etl driver install', or set ETL_SNOWFLAKE_DRIVER to the folder that has it.";

    /// <summary>Looks into a folder, which may not exist.</summary>
    public static DriverStatus Of(string folder)
    {
        var place = Path.GetFullPath(folder);
        var file = Path.Combine(place, DriverFile);
        if (!File.Exists(file)) return new DriverStatus(place, null, $"The Snowflake driver is not in '{place}' ({DriverFile} is missing); version {MinimumVersion} or later is needed.");
        try
        {
            var name = AssemblyName.GetAssemblyName(file);
            var version = new Version(name.Version!.Major, name.Version.Minor, Math.Max(name.Version.Build, 0));
            if (name.Name != Path.GetFileNameWithoutExtension(DriverFile)) return new DriverStatus(place, null, $"The file '{file}' is not the Snowflake driver but {name.Name}.");
            return new DriverStatus(place, version, version < MinimumVersion ? $"The Snowflake driver in '{place}' is version {version}; {MinimumVersion} or later is needed." : null);
        }
        catch (Exception e) when (e is BadImageFormatException or IOException or UnauthorizedAccessException)
        {
            return new DriverStatus(place, null, $"The Snowflake driver in '{place}' cannot be read: {e.Message}");
        }
    }
}
