using System.Data.Common;
using System.Reflection;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Snowflake;

/// <summary>
/// The Snowflake.Data driver, loaded from its folder into a load context of its own, so that its many dependencies never
/// meet those of this product or of the process it runs in.
/// </summary>
public sealed class SnowflakeDriver
{
    /// <summary>The oldest version this product works with: earlier ones silently ignore the revocation check asked for.</summary>
    public static Version MinimumVersion { get; } = new(5, 0, 0);

    private const string AssemblyName = "Snowflake.Data";

    // A load context stays for the life of the process: one for each file, and another when the file was replaced.
    private static readonly Dictionary<(string File, DateTime Written), SnowflakeDriver> s_loaded = [];
    private static readonly Lock s_loading = new();

    private readonly Assembly _assembly;

    private SnowflakeDriver(Assembly assembly, DbProviderFactory factory, string folder)
    {
        _assembly = assembly;
        Factory = factory;
        Folder = folder;
    }

    /// <summary>Makes connections, commands and parameters.</summary>
    public DbProviderFactory Factory { get; }

    /// <summary>Where it was loaded from.</summary>
    public string Folder { get; }

    /// <summary>The driver's version, three parts.</summary>
    public Version Version => VersionOf(_assembly);

    /// <summary>Where <c>etl driver install</c> puts the driver.</summary>
    public static string DefaultFolder => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "etl-tools", "snowflake-driver");

    /// <summary>Loads the driver; sessions of one process share one that is loaded.</summary>
    /// <param name="folder">Its folder; null means <see cref="DefaultFolder"/>.</param>
    /// <exception cref="ConfigurationException">It is not there, cannot be loaded, or is too old.</exception>
    public static SnowflakeDriver Load(string? folder)
    {
        var place = Path.GetFullPath(folder ?? DefaultFolder);
        var file = Path.Combine(place, AssemblyName + ".dll");
        if (!File.Exists(file))
        {
            throw new ConfigurationException(
                $"The Snowflake driver is not in '{place}' ({AssemblyName}.dll is missing); version {MinimumVersion} or later is needed.",
                "Install it with 'etl driver install' (in a checkout also './build.ps1 -Task Driver'), or set ETL_SNOWFLAKE_DRIVER to the folder that has it. Without Snowflake: SNOWFLAKE_ACCOUNT=local.");
        }

        lock (s_loading)
        {
            var key = (file, File.GetLastWriteTimeUtc(file));
            return s_loaded.TryGetValue(key, out var known) ? known : s_loaded[key] = LoadFrom(place, file);
        }
    }

    private static SnowflakeDriver LoadFrom(string place, string file)
    {
        Quieten();
        try
        {
            var assembly = new SnowflakeDriverLoadContext(file).LoadFromAssemblyPath(file);
            var version = VersionOf(assembly);
            if (version < MinimumVersion)
                throw new ConfigurationException($"The Snowflake driver in '{place}' is version {version}; {MinimumVersion} or later is needed.", "Install a newer one with 'etl driver install'.");
            var factory = assembly.GetType("Snowflake.Data.Client.SnowflakeDbFactory", throwOnError: true)!.GetField("Instance")?.GetValue(null) as DbProviderFactory;
            return factory is null
                ? throw new ConfigurationException($"The file '{file}' is not the Snowflake driver: it has no SnowflakeDbFactory.Instance.", "Install the driver with 'etl driver install'.")
                : new SnowflakeDriver(assembly, factory, place);
        }
        catch (Exception e) when (e is BadImageFormatException or FileLoadException or FileNotFoundException or TypeLoadException or TargetInvocationException)
        {
            throw new ConfigurationException($"The Snowflake driver in '{place}' cannot be loaded: {e.Message}", "Install it anew with 'etl driver install'.", e);
        }
    }

    /// <summary>Closes all pooled sessions at the server that nobody uses now; the driver leaves them open when the process ends.</summary>
    public void CloseSessions() =>
        _assembly.GetType("Snowflake.Data.Client.SnowflakeDbConnectionPool")?.GetMethod("ClearAllPools", BindingFlags.Public | BindingFlags.Static, [])?.Invoke(null, null);

    /// <summary>
    /// The one place where this product changes the process environment: the driver reads these once, when it is loaded, and
    /// would otherwise call cloud metadata addresses and load a native library. A value that is already set stays.
    /// </summary>
    private static void Quieten()
    {
        foreach (var name in (string[])["SNOWFLAKE_DISABLE_PLATFORM_DETECTION", "SF_DISABLE_MINICORE"])
        {
            if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
                Environment.SetEnvironmentVariable(name, "true");
        }
    }

    private static Version VersionOf(Assembly assembly)
    {
        var version = assembly.GetName().Version ?? new Version(0, 0, 0);
        return new Version(version.Major, version.Minor, Math.Max(version.Build, 0));
    }
}
