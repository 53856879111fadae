using EtlTools.Sandbox.Processes;
using EtlTools.Server.Tests.World;

namespace EtlTools.Server.Tests;

/// <summary>The folder in which results wait: one's own goes at the end, a killed process's at the next start, nobody else's ever.</summary>
[Collection(EndpointCollection.Name)]
public sealed class ResultFolderTests(EndpointServer server) : IDisposable
{
    private readonly DirectoryInfo _spool = Directory.CreateTempSubdirectory("etl-spool-");

    [Fact]
    public async Task What_a_killed_process_left_goes_with_the_next_start_and_nothing_else_does()
    {
        var living = OwnerMarker.ForThisProcess(keep: false);
        var dead = Folder("dead", (living with { Start = "another time" }).ToString());
        var alive = Folder("alive", living.ToString());
        var elsewhere = Folder("elsewhere", (living with { Start = "another time", Machine = "another-host" }).ToString());
        var unmarked = Folder("unmarked", null);
        var odd = Folder("odd", "no marker");

        await using (await server.StartAsync(await server.CreateDatabaseAsync("spool"), o => o with { Spool = _spool.FullName }))
        {
            Assert.False(Directory.Exists(dead));
            Assert.All([alive, elsewhere, unmarked, odd], folder => Assert.True(File.Exists(Path.Combine(folder, "0.gz")), folder));
            Assert.Equal(5, _spool.GetDirectories().Length);
        }

        Assert.Equal(4, _spool.GetDirectories().Length);
    }

    public void Dispose() => _spool.Delete(true);

    private string Folder(string name, string? marker)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_spool.FullName, "etl-results-" + name)).FullName;
        File.WriteAllText(Path.Combine(folder, "0.gz"), "rows");
        if (marker is not null) File.WriteAllText(Path.Combine(folder, "owner"), marker);
        return folder;
    }
}
