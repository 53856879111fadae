using EtlTools.LocalWarehouse.Errors;

namespace EtlTools.LocalWarehouse.Stages;

/// <summary>The local files of PUT and the local folder of GET, from their <c>file://</c> URLs.</summary>
internal static class LocalFiles
{
    private const string Scheme = "file://";

    /// <summary>The files a PUT names: * and ? stand for characters of a file's name.</summary>
    internal static List<FileInfo> Matching(string url)
    {
        var path = Local(url);
        var folder = Path.GetDirectoryName(path);
        var name = Path.GetFileName(path);
        if (folder is not null && (folder.Contains('*', StringComparison.Ordinal) || folder.Contains('?', StringComparison.Ordinal)))
            throw WarehouseErrors.Unsupported("PUT with * or ? in a folder's name");
        var files = name.Contains('*', StringComparison.Ordinal) || name.Contains('?', StringComparison.Ordinal)
            ? Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles(name, new EnumerationOptions { MatchType = MatchType.Simple, AttributesToSkip = 0 }) : []
            : File.Exists(path) ? [new FileInfo(path)] : [];
        var found = files.OrderBy(f => f.Name, StringComparer.Ordinal).ToList();
        return found.Count > 0 ? found : throw new LocalWarehouseException(253006, "22000", $"File doesn't exist: '{path}'");
    }

    internal static string Folder(string url)
    {
        var path = Local(url);
        return Directory.Exists(path) ? path : throw new LocalWarehouseException(253006, "22000", $"The local folder of GET doesn't exist: '{path}'");
    }

    /// <summary>Where GET puts a file; a staged name that would be a path of its own is refused.</summary>
    internal static string Target(string folder, StageFile file)
    {
        var name = file.BaseName;
        if (name.Length == 0 || name is "." or ".." || name.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0 || name.Contains('\\', StringComparison.Ordinal) || name.Contains(':', StringComparison.Ordinal))
            throw WarehouseErrors.Unsupported($"GET of '{file.Name}': its name cannot be the name of a local file");
        return Path.Combine(folder, name);
    }

    /// <summary>The local path of a URL.</summary>
    internal static string Local(string url)
    {
        if (!url.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            throw WarehouseErrors.Compilation(1003, "42000", $"syntax error: '{url}' is not a local file; expected 'file://' and a path.");
        var path = url[Scheme.Length..];
        // file:///C:/data names C:/data.
        if (OperatingSystem.IsWindows() && path is ['/', _, ':', ..]) path = path[1..];
        if (path.StartsWith('~') && (path.Length == 1 || path[1] is '/' or '\\'))
            path = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..];
        return path.Length > 0 ? Path.GetFullPath(path) : throw WarehouseErrors.Compilation(1003, "42000", "syntax error: 'file://' names no file.");
    }
}
