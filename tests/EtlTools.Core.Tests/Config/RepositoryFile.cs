using System.Runtime.CompilerServices;

namespace EtlTools.Core.Tests.Config;

/// <summary>Files of the repository that tests compare with.</summary>
internal static class RepositoryFile
{
    public static string PathOf(string relative, [CallerFilePath] string here = "") =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "..", "..", "..", relative));
}
