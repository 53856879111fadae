using System.Reflection;
using System.Runtime.Loader;

namespace EtlTools.Loader;

/// <summary>Loads what lies in one folder; everything else is the host's.</summary>
internal sealed class IsolatedContext(string folder) : AssemblyLoadContext("EtlTools")
{
    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var path = Path.Combine(folder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
