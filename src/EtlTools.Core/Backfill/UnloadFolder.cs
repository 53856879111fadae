using EtlTools.Core.Files;

namespace EtlTools.Core.Backfill;

/// <summary>
/// A worker's own folder for files on their way, beside a file that is locked as long as the worker lives: by that the workers of the same
/// plan on this machine know what a killed one left, and clear it.
/// </summary>
internal sealed class UnloadFolder : IDisposable
{
    private const string LockEnding = ".lock";
    private const int MostAttempts = 10;

    private readonly FileStream _lock;
    private readonly WorkFolder _folder;

    private UnloadFolder(FileStream held, WorkFolder folder) => (_lock, _folder) = (held, folder);

    /// <summary>Where it is.</summary>
    public string Path => _folder.Path;

    /// <summary>Takes a folder, empty, and clears those that killed workers have left.</summary>
    /// <param name="root">Folder of all such folders; null for the usual one.</param>
    /// <param name="owner">The plan.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static UnloadFolder Take(string? root, string owner)
    {
        Clear(root, owner);
        var (path, held) = LockNew(WorkFolder.PathOf(root, owner));
        try
        {
            return new UnloadFolder(held, WorkFolder.At(path));
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Removes what killed workers have left; folders that living ones use stay.</summary>
    /// <param name="root">Folder of all such folders; null for the usual one.</param>
    /// <param name="owner">The plan.</param>
    public static void Clear(string? root, string owner)
    {
        var own = WorkFolder.PathOf(root, owner);
        var (parent, name) = (System.IO.Path.GetDirectoryName(own)!, System.IO.Path.GetFileName(own));
        if (!Directory.Exists(parent)) return;
        var entries = Directory.GetFileSystemEntries(parent, name + "-*");
        foreach (var path in entries.Select(entry => entry.EndsWith(LockEnding, StringComparison.Ordinal) ? entry[..^LockEnding.Length] : entry).Distinct(StringComparer.Ordinal))
        {
            if (TryLockLeft(path) is not { } held) continue;
            using (held) WorkFolder.Remove(path);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _folder.Dispose();
        _lock.Dispose();
    }

    // A name is never used twice: a lock of a file that is deleted meanwhile, as others may hold it, protects nothing that is made later.
    private static (string Path, FileStream Held) LockNew(string own)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(own)!);
        for (var attempt = 1; ; attempt++)
        {
            var path = $"{own}-{Guid.NewGuid():N}";
            try
            {
                var held = Lock(path, FileMode.CreateNew);
                // Between the making of the file and its locking somebody may have taken it for a dead worker's, and deleted it.
                if (File.Exists(path + LockEnding)) return (path, held);
                held.Dispose();
            }
            catch (IOException) when (attempt < MostAttempts)
            {
                // The same, not ended yet; or there is no room, which the last attempt says.
            }
        }
    }

    // Where the system deletes files of killed processes, the folder is left without its lock. A folder is made after its lock was taken.
    private static FileStream? TryLockLeft(string path)
    {
        try
        {
            return Lock(path, Directory.Exists(path) ? FileMode.OpenOrCreate : FileMode.Open);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static FileStream Lock(string path, FileMode mode) => new(path + LockEnding, mode, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
}
