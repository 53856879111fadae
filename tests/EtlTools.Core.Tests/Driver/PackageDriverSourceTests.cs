using System.Xml.Linq;
using EtlTools.Core.Driver;
using EtlTools.Core.Errors;
using EtlTools.Core.Tests.Config;
using Xunit;

namespace EtlTools.Core.Tests.Driver;

/// <summary>The dotnet client and a folder as registry: no network.</summary>
public sealed class PackageDriverSourceTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    private string Registry => Path.Combine(_temporary.Path, "registry");

    private string Target => Path.Combine(_temporary.Path, "place", "driver");

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task The_pinned_version_is_fetched_and_lies_beside_the_pack_that_lists_its_dependencies()
    {
        FakeDriver.WritePackage(Registry, PackageDriverSource.PinnedVersion.ToString());

        var status = await InstallAsync(null);

        Assert.Equal((PackageDriverSource.PinnedVersion, null), (status.Version, status.Problem));
        Assert.Contains("Snowflake.Data.dll", File.ReadAllText(Path.Combine(Target, "EtlTools.SnowflakeDriver.deps.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_version_is_fetched_when_it_is_asked_for()
    {
        FakeDriver.WritePackage(Registry, PackageDriverSource.PinnedVersion.ToString());
        FakeDriver.WritePackage(Registry, "6.0.0");

        Assert.Equal(new Version(6, 0, 0), (await InstallAsync("6.0")).Version);
    }

    [Fact]
    public async Task A_package_that_is_not_there_is_said_in_words_and_nothing_stays_behind()
    {
        Directory.CreateDirectory(Registry);

        var thrown = await Assert.ThrowsAsync<ConnectionException>(() => InstallAsync(null));

        Assert.StartsWith($"The package Snowflake.Data {PackageDriverSource.PinnedVersion} could not be restored: Unable to find package Snowflake.Data", thrown.Message, StringComparison.Ordinal);
        Assert.EndsWith("(NU1101).", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("etl driver install --source FOLDER", thrown.Remedy, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(Target)!));
    }

    [Fact]
    public async Task Without_the_client_the_message_says_what_to_install()
    {
        var source = new PackageDriverSource(null, new DotnetClient("dotnet-that-is-not-there"));

        var thrown = await Assert.ThrowsAsync<ConfigurationException>(() => new DriverInstaller(Target).InstallAsync(source, CancellationToken.None));

        Assert.Equal("The .NET SDK is needed to fetch the driver: the command 'dotnet-that-is-not-there' is not found.", thrown.Message);
        Assert.StartsWith("Install the .NET 10 SDK", thrown.Remedy, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(Target)!));
    }

    [Theory]
    [InlineData("4.9", "too old")]
    [InlineData("latest", "not a version")]
    [InlineData("5.7.0.1", "not a version")]
    public void A_version_that_cannot_be_meant_is_refused(string version, string message) =>
        Assert.Contains(message, Assert.Throws<ConfigurationException>(() => PackageDriverSource.VersionOf(version)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_pinned_version_is_one_this_product_works_with_and_the_one_the_build_uses()
    {
        Assert.True(PackageDriverSource.PinnedVersion >= DriverStatus.MinimumVersion);
        var packages = XDocument.Load(RepositoryFile.PathOf("Directory.Packages.props"));
        Assert.Equal("[$(SnowflakeDataVersion)]", packages.Descendants("PackageVersion").Single(p => (string?)p.Attribute("Include") == "Snowflake.Data").Attribute("Version")!.Value);
    }

    private Task<DriverStatus> InstallAsync(string? version)
    {
        var source = new PackageDriverSource(PackageDriverSource.VersionOf(version), new DotnetClient())
        {
            // A package of the same name in the user's own cache must neither be used nor replaced.
            Properties = new Dictionary<string, string> { ["RestoreSources"] = Registry, ["RestorePackagesPath"] = Path.Combine(_temporary.Path, "cache") },
        };
        return new DriverInstaller(Target).InstallAsync(source, CancellationToken.None);
    }
}
