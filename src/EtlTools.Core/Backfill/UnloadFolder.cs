using System.Globalization;
using EtlTools.Core.Files;

namespace EtlTools.Core.Backfill;

/// <summary>
/// A worker's own folder for files on their way. It is the first that no living worker of this plan on this machine uses, so that what a
/// killed one left is found and cleared by the next.
/// </summary>
internal sealed class UnloadFolder : IDisposable
{
    private readonly FileStream _lock;
    private readonly WorkFolder _folder;

    private UnloadFolder(FileStream held, WorkFolder folder) => (_lock, _folder) = (held, folder);

    /// <summary>Where it is.</summary>
    public string Path => _folder.Path;

    /// <summary>Takes a folder, empty.</summary>
    /// <param name="root">Folder of all such folders; null for the usual one.</param>
    /// <param name="owner">The plan.</param>
    /// <exception cref="IOException">It cannot be made or emptied.</exception>
    public static UnloadFolder Take(string? root, string owner)
    {
        for (var number = 0; ; number++)
        {
            var path = PathOf(root, owner, number);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            if (TryLock(path + ".lock") is not { } held) continue;
            try
            {
                return new UnloadFolder(held, WorkFolder.Create(root, Numbered(owner, number)));
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }
    }

    /// <summary>Removes what killed workers have left; folders that living ones use stay.</summary>
    /// <param name="root">Folder of all such folders; null for the usual one.</param>
    /// <param name="owner">The plan.</param>
    public static void Clear(string? root, string owner)
    {
        for (var number = 0; Directory.Exists(PathOf(root, owner, number)) || File.Exists(PathOf(root, owner, number) + ".lock"); number++)
        {
            if (TryLock(PathOf(root, owner, number) + ".lock") is not { } held) continue;
            using (held) WorkFolder.Remove(PathOf(root, owner, number));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _folder.Dispose();
        _lock.Dispose();
    }

    private static string Numbered(string owner, int number) => string.Create(CultureInfo.InvariantCulture, $"{owner} {number}");

    private static string PathOf(string? root, string owner, int number) => WorkFolder.PathOf(root, Numbered(owner, number));

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }
}
