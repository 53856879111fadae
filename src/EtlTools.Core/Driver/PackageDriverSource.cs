using System.Text.RegularExpressions;
using System.Xml.Linq;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Driver;

/// <summary>The package registry, asked by the dotnet client: publishes the driver pack's project, which this assembly carries.</summary>
/// <param name="version">The version; null means the one this product was made with.</param>
/// <param name="dotnet">The client.</param>
public sealed partial class PackageDriverSource(Version? version, DotnetClient dotnet) : IDriverSource
{
    private const string Project = "EtlTools.SnowflakeDriver.csproj";
    private const string Packages = "Directory.Packages.props";
    private const int ErrorsShown = 3;

    /// <summary>The version this product was made with.</summary>
    public static Version PinnedVersion { get; } = ReadPinnedVersion();

    /// <summary>MSBuild properties for the client, besides the version.</summary>
    internal IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    private Version Version => version ?? PinnedVersion;

    /// <summary>Reads a version as users write it.</summary>
    /// <param name="text">Two or three numbers; null means the pinned version.</param>
    /// <exception cref="ConfigurationException">It is no version, or an old one.</exception>
    public static Version? VersionOf(string? text)
    {
        if (text is null) return null;
        if (!Version.TryParse(text, out var given) || given.Revision >= 0)
            throw new ConfigurationException($"'{text}' is not a version of Snowflake.Data.", $"Write it like {PinnedVersion}.");
        var version = new Version(given.Major, given.Minor, Math.Max(given.Build, 0));
        return version >= DriverStatus.MinimumVersion
            ? version
            : throw new ConfigurationException($"Version {text} of Snowflake.Data is too old.", $"Name {DriverStatus.MinimumVersion} or later.");
    }

    /// <inheritdoc/>
    public async Task FillAsync(string folder, CancellationToken cancellationToken)
    {
        var project = Directory.CreateTempSubdirectory("etl-driver-");
        try
        {
            await WriteProjectAsync(project.FullName, cancellationToken).ConfigureAwait(false);
            var properties = Properties.Prepend(new("SnowflakeDataVersion", Version.ToString())).Select(p => $"-p:{p.Key}={p.Value}");
            var (exitCode, output) = await dotnet.RunAsync(
                project.FullName, ["publish", Project, "--output", folder, "--nologo", "-nodeReuse:false", .. properties], cancellationToken).ConfigureAwait(false);
            if (exitCode != 0)
                throw new ConnectionException(
                    $"The package Snowflake.Data {Version} could not be restored: {Errors(output)}",
                    "Check that this machine reaches a registry that has it ('dotnet nuget list source' shows which are asked; a proxy is named by HTTPS_PROXY). Without one: run 'etl driver install' on a machine that does, bring its folder here, and run 'etl driver install --source FOLDER'.");
        }
        finally
        {
            project.Delete(recursive: true);
        }
    }

    private static async Task WriteProjectAsync(string folder, CancellationToken cancellationToken)
    {
        await WriteAsync(Project, Resource(Project)).ConfigureAwait(false);
        await WriteAsync(Packages, Resource(Packages)).ConfigureAwait(false);
        // Whatever lies above the folder for temporary files has no say.
        await WriteAsync("Directory.Build.props", "<Project />").ConfigureAwait(false);
        await WriteAsync("Directory.Build.targets", "<Project />").ConfigureAwait(false);

        Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(folder, name), text, cancellationToken);
    }

    private static string Resource(string name)
    {
        using var stream = typeof(PackageDriverSource).Assembly.GetManifestResourceStream("driver/" + name) ?? throw new InvalidOperationException($"The resource driver/{name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static Version ReadPinnedVersion() => Version.Parse(XDocument.Parse(Resource(Packages)).Descendants("SnowflakeDataVersion").Single().Value);

    /// <summary>What the client calls errors, each once; the end of what it printed when it calls nothing so.</summary>
    private static string Errors(string output)
    {
        var errors = ErrorLine().Matches(output).Select(line => $"{line.Groups["text"].Value.Trim().TrimEnd('.')} ({line.Groups["code"].Value})").Distinct().Take(ErrorsShown).ToList();
        return errors.Count > 0 ? string.Join("; ", errors) + "." : output.Length <= 500 ? output : output[^500..];
    }

    [GeneratedRegex(@"error (?<code>[A-Z]+[0-9]+): (?<text>[^\r\n\[]+)")]
    private static partial Regex ErrorLine();
}
