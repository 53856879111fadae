using EtlTools.Core.Driver;
using EtlTools.Core.Errors;
using EtlTools.Core.Tests.Config;
using Xunit;

namespace EtlTools.Core.Tests.Driver;

public sealed class DriverInstallerTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    private string Target => Path.Combine(_temporary.Path, "place", "driver");

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task A_folder_is_copied_with_all_that_is_in_it()
    {
        var status = await InstallAsync(Folder("5.7.0"));

        Assert.Equal(new DriverStatus(Target, new Version(5, 7, 0), null), status);
        Assert.Equal("5.7.0", File.ReadAllText(Path.Combine(Target, "runtimes", "native.so")));
        AssertNothingBesides();
    }

    [Fact]
    public async Task A_driver_takes_the_place_of_the_old_one_as_a_whole()
    {
        await InstallAsync(Folder("5.7.0"));
        File.WriteAllText(Path.Combine(Target, "left-over.dll"), "");

        Assert.Equal(new Version(6, 1, 0), (await InstallAsync(Folder("6.1.0"))).Version);
        Assert.False(File.Exists(Path.Combine(Target, "left-over.dll")));
        AssertNothingBesides();
    }

    [Fact]
    public async Task What_an_earlier_installation_could_not_delete_goes_with_the_next_one()
    {
        await InstallAsync(Folder("5.7.0"));
        FakeDriver.WriteFolder(Target + ".old-" + Guid.NewGuid().ToString("N"), "5.6.0");

        Assert.Equal(new Version(6, 1, 0), (await InstallAsync(Folder("6.1.0"))).Version);
        AssertNothingBesides();
    }

    [Theory]
    [InlineData("4.9.1", "Snowflake.Data", "is version 4.9.1; 5.0.0 or later is needed")]
    [InlineData("5.7.0", "Something.Else", "is not the Snowflake driver but Something.Else")]
    public async Task What_cannot_be_used_is_refused_and_the_old_driver_stays(string version, string name, string message)
    {
        await InstallAsync(Folder("5.7.0"));
        var bad = FakeDriver.WriteFolder(Path.Combine(_temporary.Path, "bad"), version, name);

        var thrown = await Assert.ThrowsAsync<ConfigurationException>(() => InstallAsync(new FolderDriverSource(bad)));

        Assert.Contains(message, thrown.Message, StringComparison.Ordinal);
        Assert.Equal(new Version(5, 7, 0), DriverStatus.Of(Target).Version);
        AssertNothingBesides();
    }

    [Fact]
    public async Task A_source_that_breaks_off_leaves_nothing_behind()
    {
        await Assert.ThrowsAsync<ConnectionException>(() => InstallAsync(new BrokenSource()));

        Assert.False(Directory.Exists(Target));
        AssertNothingBesides();
    }

    [Fact]
    public async Task A_folder_of_other_things_is_not_touched()
    {
        Directory.CreateDirectory(Target);
        var file = Path.Combine(Target, "diary.txt");
        File.WriteAllText(file, "dear diary");

        var thrown = await Assert.ThrowsAsync<ConfigurationException>(() => InstallAsync(Folder("5.7.0")));

        Assert.Equal($"'{Target}' holds other files, and no driver.", thrown.Message);
        Assert.Equal("dear diary", File.ReadAllText(file));
    }

    [Fact]
    public async Task A_folder_is_not_copied_into_itself()
    {
        var outer = FakeDriver.WriteFolder(_temporary.Path, "5.7.0");

        var thrown = await Assert.ThrowsAsync<ConfigurationException>(() => InstallAsync(new FolderDriverSource(outer)));

        Assert.Contains("lies inside", thrown.Message, StringComparison.Ordinal);
        AssertNothingBesides();
    }

    private Task<DriverStatus> InstallAsync(IDriverSource source) => new DriverInstaller(Target).InstallAsync(source, CancellationToken.None);

    private FolderDriverSource Folder(string version) => new(FakeDriver.WriteFolder(Path.Combine(_temporary.Path, "source-" + version), version));

    /// <summary>Neither a half-installed driver nor an old one lies beside the driver folder.</summary>
    private void AssertNothingBesides() =>
        Assert.DoesNotContain(Directory.GetFileSystemEntries(Path.GetDirectoryName(Target)!), entry => entry != Target);

    private sealed class BrokenSource : IDriverSource
    {
        public Task FillAsync(string folder, CancellationToken cancellationToken)
        {
            FakeDriver.WriteFolder(folder, "5.7.0");
            throw new ConnectionException("broken off", "Try again.");
        }
    }
}
