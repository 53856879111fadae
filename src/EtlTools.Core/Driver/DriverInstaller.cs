using EtlTools.Core.Errors;

namespace EtlTools.Core.Driver;

/// <summary>
/// Puts a driver into the driver folder. It is gathered and looked at in a folder beside it, which then takes the place of the old
/// one: whoever looks sees the old driver or the new one, complete, or for the time between two renames none.
/// </summary>
/// <param name="folder">The driver folder.</param>
public sealed class DriverInstaller(string folder)
{
    private const string Outdated = ".old-";
    private readonly string _folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    /// <summary>Installs.</summary>
    /// <returns>What is in the driver folder now.</returns>
    /// <exception cref="ConfigurationException">The driver cannot be had or used, or the folder is in use for something else.</exception>
    /// <exception cref="ConnectionException">The package registry cannot be reached or does not have it.</exception>
    public async Task<DriverStatus> InstallAsync(IDriverSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        RefuseOtherContent();
        var next = $"{_folder}.new-{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(next);
            await source.FillAsync(next, cancellationToken).ConfigureAwait(false);
            if (DriverStatus.Of(next) is { IsUsable: false } bad)
                throw new ConfigurationException(bad.Problem!.Replace(next, _folder, StringComparison.Ordinal), $"Install version {DriverStatus.MinimumVersion} or later.");
            Replace(next);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The driver folder '{_folder}' cannot be written: {e.Message}", "Choose another one with ETL_SNOWFLAKE_DRIVER, or end what uses the driver now, then run it again.", e);
        }
        finally
        {
            if (Directory.Exists(next)) Directory.Delete(next, recursive: true);
        }

        return DriverStatus.Of(_folder);
    }

    /// <summary>The folder is replaced as a whole, so it must not be somebody's folder of other things.</summary>
    private void RefuseOtherContent()
    {
        if (File.Exists(_folder) || (Directory.Exists(_folder) && !File.Exists(Path.Combine(_folder, DriverStatus.DriverFile)) && Directory.EnumerateFileSystemEntries(_folder).Any()))
            throw new ConfigurationException(
                $"'{_folder}' holds other files, and no driver.", "Set ETL_SNOWFLAKE_DRIVER to a folder that is empty, does not exist, or holds a driver: it is replaced as a whole.");
    }

    private void Replace(string next)
    {
        if (!Directory.Exists(_folder))
        {
            Directory.Move(next, _folder);
            return;
        }

        var old = $"{_folder}{Outdated}{Guid.NewGuid():N}";
        Directory.Move(_folder, old);
        try
        {
            Directory.Move(next, _folder);
        }
        catch
        {
            Directory.Move(old, _folder);
            throw;
        }

        DeleteOutdated();
    }

    /// <summary>What a process still has open stays, and goes with the next installation: the new driver is in place all the same.</summary>
    private void DeleteOutdated()
    {
        foreach (var old in Directory.GetDirectories(Path.GetDirectoryName(_folder)!, Path.GetFileName(_folder) + Outdated + "*"))
        {
            try
            {
                Directory.Delete(old, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
            }
        }
    }
}
