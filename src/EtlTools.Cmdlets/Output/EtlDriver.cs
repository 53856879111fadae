using EtlTools.Cmdlets.Errors;
using EtlTools.Core.Driver;

namespace EtlTools.Cmdlets;

/// <summary>The Snowflake driver in its folder.</summary>
public sealed record EtlDriver
{
    /// <summary>The driver folder.</summary>
    public string Folder { get; private init; } = "";

    /// <summary>The version of Snowflake.Data in it; null when there is none.</summary>
    public Version? Version { get; private init; }

    /// <summary>The oldest version the module works with.</summary>
    public Version MinimumVersion { get; private init; } = new();

    /// <summary>Whether the driver is there and new enough.</summary>
    public bool IsUsable => Problem is null;

    /// <summary>Why it cannot be used; null when it can.</summary>
    public string? Problem { get; private init; }

    /// <summary>What to do; null when there is nothing to do.</summary>
    public string? Remedy { get; private init; }

    /// <summary>Version and folder.</summary>
    public override string ToString() => IsUsable ? $"Snowflake.Data {Version} in {Folder}" : Problem!;

    internal static EtlDriver From(DriverStatus status) => new()
    {
        Folder = status.Folder, Version = status.Version, MinimumVersion = DriverStatus.MinimumVersion, Problem = status.Problem,
        Remedy = status.Remedy is { } remedy ? CmdletWords.In(remedy) : null,
    };
}
