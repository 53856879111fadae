using EtlTools.Core.Backfill;
using EtlTools.Core.Files;
using Xunit;

namespace EtlTools.Core.Tests.Backfill;

public sealed class UnloadFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("etl-unload-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Workers_that_take_and_leave_folders_at_once_never_share_one()
    {
        var workers = Enumerable.Range(0, 8).Select(worker => Task.Run(() =>
        {
            for (var round = 0; round < 300; round++)
            {
                using var folder = UnloadFolder.Take(_root, "plan");
                var file = Path.Combine(folder.Path, "file");
                Assert.Empty(Directory.GetFiles(folder.Path));
                File.WriteAllText(file, $"{worker} {round}");
                Thread.Yield();
                Assert.Equal($"{worker} {round}", File.ReadAllText(file));
            }
        }));

        await Task.WhenAll(workers);

        Assert.Empty(Directory.GetFileSystemEntries(_root));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_a_killed_worker_left_is_cleared_and_the_folders_of_living_ones_and_of_other_plans_stay(bool isLockLeft)
    {
        using var alive = UnloadFolder.Take(_root, "plan");
        File.WriteAllText(Path.Combine(alive.Path, "file"), "alive");
        var dead = WorkFolder.PathOf(_root, "plan") + "-dead";
        var other = WorkFolder.PathOf(_root, "other") + "-dead";
        foreach (var path in (string[])[dead, other])
        {
            Directory.CreateDirectory(path);
            File.WriteAllText(Path.Combine(path, "file"), "left");
            if (isLockLeft) File.WriteAllText(path + ".lock", "");
        }

        using (UnloadFolder.Take(_root, "plan")) Assert.False(Directory.Exists(dead));

        Assert.False(File.Exists(dead + ".lock"));
        Assert.True(File.Exists(Path.Combine(other, "file")));
        Assert.True(File.Exists(Path.Combine(alive.Path, "file")));
        UnloadFolder.Clear(_root, "other");
        Assert.False(Directory.Exists(other));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_said()
    {
        var file = Path.Combine(_root, "file");
        File.WriteAllText(file, "");
        Assert.ThrowsAny<IOException>(() => UnloadFolder.Take(Path.Combine(file, "below"), "plan"));
    }
}
