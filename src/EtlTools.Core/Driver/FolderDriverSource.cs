using EtlTools.Core.Errors;

namespace EtlTools.Core.Driver;

/// <summary>A driver folder from another machine, or a published one.</summary>
/// <param name="source">The folder.</param>
public sealed class FolderDriverSource(string source) : IDriverSource
{
    /// <inheritdoc/>
    public Task FillAsync(string folder, CancellationToken cancellationToken)
    {
        var status = DriverStatus.Of(source);
        if (!status.IsUsable)
            throw new ConfigurationException(status.Problem!, $"Name a folder that holds {DriverStatus.DriverFile}, {DriverStatus.MinimumVersion} or later, and all it needs, such as one that 'etl driver install' has made on another machine.");
        if (Path.GetFullPath(folder).StartsWith(Path.TrimEndingDirectorySeparator(status.Folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new ConfigurationException($"The driver folder lies inside '{status.Folder}', so it cannot be copied from there.", "Name the folder that holds the driver and nothing else.");
        Copy(new DirectoryInfo(status.Folder), folder, cancellationToken);
        return Task.CompletedTask;
    }

    private static void Copy(DirectoryInfo from, string to, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(to);
        foreach (var file in from.EnumerateFiles())
        {
            cancellationToken.ThrowIfCancellationRequested();
            file.CopyTo(Path.Combine(to, file.Name));
        }

        foreach (var folder in from.EnumerateDirectories()) Copy(folder, Path.Combine(to, folder.Name), cancellationToken);
    }
}
