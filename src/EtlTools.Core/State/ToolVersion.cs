using System.Reflection;

namespace EtlTools.Core.State;

/// <summary>The version of this build, as written into run and migration records.</summary>
public static class ToolVersion
{
    /// <summary>Semantic version with the source revision where the build knew it.</summary>
    public static string Current { get; } =
        typeof(ToolVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
}
