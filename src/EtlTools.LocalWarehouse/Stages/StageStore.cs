using EtlTools.LocalWarehouse.Errors;

namespace EtlTools.LocalWarehouse.Stages;

/// <summary>
/// The files of a warehouse's stages, in folders that only the user can enter. A file appears under its name when all of it
/// is written, and a reader of the file it replaces keeps reading that one.
/// </summary>
internal sealed class StageStore(string root)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The staged files whose paths begin as the place says, in ordinal order of their paths.</summary>
    internal static List<StageFile> List(StagePlace place)
    {
        var files = new List<StageFile>();
        if (Directory.Exists(place.Stage.Folder)) Add(new DirectoryInfo(place.Stage.Folder), "", place, files);
        files.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return files;
    }

    private static void Add(DirectoryInfo folder, string path, StagePlace place, List<StageFile> files)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            if (entry.Name.StartsWith('#')) continue;
            if (entry is DirectoryInfo inner)
            {
                var below = path + StagePath.DecodePart(inner.Name.TrimEnd('#')) + "/";
                if (below.StartsWith(place.Path, StringComparison.Ordinal) || place.Path.StartsWith(below, StringComparison.Ordinal)) Add(inner, below, place, files);
                continue;
            }

            var name = path + StagePath.DecodePart(entry.Name);
            if (name.StartsWith(place.Path, StringComparison.Ordinal))
                files.Add(new StageFile(place.Stage, name, entry.FullName, ((FileInfo)entry).Length, entry.LastWriteTimeUtc));
        }
    }

    /// <summary>The file of exactly this path, null when there is none.</summary>
    internal static StageFile? Find(Stage stage, string path)
    {
        var local = new FileInfo(Path.Combine(stage.Folder, StagePath.Encode(path)));
        return local.Exists ? new StageFile(stage, path, local.FullName, local.Length, local.LastWriteTimeUtc) : null;
    }

    /// <summary>Writes a file; it is there, whole, or not at all. What was there before is replaced.</summary>
    internal static async Task<StageFile> WriteAsync(Stage stage, string path, Func<Stream, Task> write)
    {
        var local = Path.Combine(stage.Folder, StagePath.Encode(path));
        // The mode is that of the last folder only, so the warehouse's own comes first.
        CreateFolder(Path.GetDirectoryName(stage.Folder)!);
        CreateFolder(stage.Folder);
        var partial = Path.Combine(stage.Folder, "#" + Guid.NewGuid().ToString("N"));
        try
        {
            var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous);
            await using (file.ConfigureAwait(false)) await write(file).ConfigureAwait(false);
            CreateFolder(Path.GetDirectoryName(local)!);
            File.Move(partial, local, true);
        }
        finally
        {
            File.Delete(partial);
        }

        return Find(stage, path) ?? throw WarehouseErrors.Compilation(2003, "02000", $"The staged file '{stage.Label + path}' was removed while it was written.");
    }

    internal static void Remove(StageFile file)
    {
        File.Delete(file.Local);
        // A folder is only the beginning of a name: it goes with its last file.
        for (var folder = Path.GetDirectoryName(file.Local)!; folder.Length > file.Stage.Folder.Length; folder = Path.GetDirectoryName(folder)!)
        {
            if (Directory.EnumerateFileSystemEntries(folder).Any()) return;
            try
            {
                Directory.Delete(folder);
            }
            catch (IOException)
            {
                return;
            }
        }
    }

    /// <summary>The folder of a stage, by a key such as <c>stage_7</c>.</summary>
    internal string Folder(string key) => Path.Combine(root, key);

    /// <summary>The folder that stands for a bucket. Buckets are no warehouse's own, so it lies beside the warehouses' folders.</summary>
    internal string Bucket(string name) => Path.Combine(Path.GetDirectoryName(root)!, "s3", StagePath.EncodePart(name));

    internal void RemoveStage(string key)
    {
        if (Directory.Exists(Folder(key))) Directory.Delete(Folder(key), true);
    }

    internal static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, Private);
    }
}
