using EtlTools.Core.Errors;

namespace EtlTools.Core.Driver;

/// <summary>Where a driver comes from.</summary>
public interface IDriverSource
{
    /// <summary>Puts the driver and all it needs into a folder.</summary>
    /// <param name="folder">An empty folder; what is in it after a failure is removed by the caller.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EtlException">It could not be had; the remedy says what to do.</exception>
    Task FillAsync(string folder, CancellationToken cancellationToken);
}
