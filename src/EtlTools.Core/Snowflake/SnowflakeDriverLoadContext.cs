using System.Reflection;
using System.Runtime.Loader;

namespace EtlTools.Core.Snowflake;

/// <summary>Finds the driver's dependencies by its <c>.deps.json</c>, or beside it when there is none; what is not there comes from the shared framework.</summary>
internal sealed class SnowflakeDriverLoadContext(string driverFile) : AssemblyLoadContext("Snowflake.Data")
{
    private readonly AssemblyDependencyResolver _resolver = new(DependencyRoot(driverFile));
    private readonly string _folder = Path.GetDirectoryName(driverFile)!;

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var path = _resolver.ResolveAssemblyToPath(assemblyName) ?? Beside(assemblyName.Name + ".dll");
        return path is null ? null : LoadFromAssemblyPath(path);
    }

    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName)
    {
        var path = _resolver.ResolveUnmanagedDllToPath(unmanagedDllName);
        return path is null ? IntPtr.Zero : LoadUnmanagedDllFromPath(path);
    }

    /// <summary>A published driver pack lists its dependencies under its own name, a published driver under the driver's.</summary>
    private static string DependencyRoot(string driverFile)
    {
        var pack = Path.Combine(Path.GetDirectoryName(driverFile)!, "EtlTools.SnowflakeDriver.dll");
        return File.Exists(pack) ? pack : driverFile;
    }

    private string? Beside(string fileName)
    {
        var path = Path.Combine(_folder, fileName);
        return File.Exists(path) ? path : null;
    }
}
