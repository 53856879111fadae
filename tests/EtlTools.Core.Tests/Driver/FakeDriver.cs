using System.IO.Compression;
using System.Reflection;
using System.Reflection.Emit;

namespace EtlTools.Core.Tests.Driver;

/// <summary>Assemblies and packages with the driver's name and a version, and nothing else in them.</summary>
internal static class FakeDriver
{
    /// <summary>Writes a driver folder: the driver, a native library in a folder of its own.</summary>
    public static string WriteFolder(string folder, string version, string name = "Snowflake.Data")
    {
        Directory.CreateDirectory(Path.Combine(folder, "runtimes"));
        WriteAssembly(Path.Combine(folder, "Snowflake.Data.dll"), version, name);
        File.WriteAllText(Path.Combine(folder, "runtimes", "native.so"), version);
        return folder;
    }

    /// <summary>Writes a package into a folder that serves as a registry.</summary>
    public static void WritePackage(string registry, string version)
    {
        Directory.CreateDirectory(registry);
        var assembly = Path.Combine(registry, "Snowflake.Data.dll");
        WriteAssembly(assembly, version, "Snowflake.Data");
        using var package = ZipFile.Open(Path.Combine(registry, $"snowflake.data.{version}.nupkg"), ZipArchiveMode.Create);
        package.CreateEntryFromFile(assembly, "lib/net8.0/Snowflake.Data.dll");
        using var specification = new StreamWriter(package.CreateEntry("Snowflake.Data.nuspec").Open());
        specification.Write(
            $"""
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata>
              <id>Snowflake.Data</id><version>{version}</version><authors>test</authors><description>test</description>
            </metadata></package>
            """);
    }

    private static void WriteAssembly(string path, string version, string name)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(name) { Version = new Version(version + ".0") }, typeof(object).Assembly);
        assembly.DefineDynamicModule(name).DefineType("Marker", TypeAttributes.Public).CreateType();
        assembly.Save(path);
    }
}
