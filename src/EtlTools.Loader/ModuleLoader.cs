using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace EtlTools.Loader;

/// <summary>
/// While the module is imported, gives the assemblies of this product, and no others, out of an own load context. What the cmdlets
/// use of them never meets the host's or another module's version of the same library.
/// </summary>
public sealed class ModuleLoader : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private static readonly Lock s_lock = new();
    private static IsolatedContext? s_context;
    private static int s_imports;

    /// <summary>Called by PowerShell for each import, in each runspace.</summary>
    public void OnImport()
    {
        lock (s_lock)
        {
            s_context ??= new IsolatedContext(Path.Combine(Path.GetDirectoryName(typeof(ModuleLoader).Assembly.Location)!, "lib"));
            if (s_imports++ == 0) AssemblyLoadContext.Default.Resolving += Resolve;
        }
    }

    /// <summary>Called by PowerShell for each removal; other runspaces may still have the module.</summary>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        lock (s_lock)
        {
            if (--s_imports == 0) AssemblyLoadContext.Default.Resolving -= Resolve;
        }
    }

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) =>
        name.Name is "EtlTools.Core" or "EtlTools.Sandbox" or "EtlTools.LocalWarehouse" ? s_context!.LoadFromAssemblyName(name) : null;
}
