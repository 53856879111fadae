using System.Security.Cryptography;
using System.Text;

namespace EtlTools.Core.Files;

/// <summary>
/// A folder for a run's files that only this user can enter. Its name follows from its owner, so that the owner's next run finds and
/// clears what a killed one left; the owner must be exclusive, as the holder of a pipeline's lease is.
/// </summary>
internal sealed class WorkFolder : IDisposable
{
    private WorkFolder(string path) => Path = path;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Makes the folder, empty.</summary>
    /// <param name="root">Folder of all such folders; null for one in this user's local application data, or the temporary folder of a user without.</param>
    /// <param name="owner">Whose it is: database and pipeline.</param>
    /// <exception cref="IOException">It cannot be made or emptied.</exception>
    public static WorkFolder Create(string? root, string owner) => At(PathOf(root, owner));

    /// <summary>Makes the folder at a path, empty.</summary>
    /// <exception cref="IOException">It cannot be made or emptied.</exception>
    public static WorkFolder At(string path)
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        CreatePrivate(path);
        return new WorkFolder(path);
    }

    /// <summary>Where an owner's folder is, made or not.</summary>
    public static string PathOf(string? root, string owner) =>
        System.IO.Path.Combine(root ?? UsualRoot(), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(owner)))[..16]);

    /// <summary>A file in it.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Deletes it with all that is in it.</summary>
    public void Dispose() => Remove(Path);

    /// <summary>Deletes a folder with all that is in it, as far as that can be done now.</summary>
    public static void Remove(string path)
    {
        try
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A virus scanner or an indexer holds a file: the next run clears it.
        }
    }

    private static string UsualRoot()
    {
        var local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        return System.IO.Path.Combine(local.Length > 0 ? local : System.IO.Path.GetTempPath(), "etl-tools", "work");
    }

    private static void CreatePrivate(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
