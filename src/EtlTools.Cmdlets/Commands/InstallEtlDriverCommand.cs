using System.Management.Automation;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.Driver;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Puts the Snowflake driver into the driver folder, in place of the one that is there.</summary>
[Cmdlet(VerbsLifecycle.Install, "EtlDriver", SupportsShouldProcess = true, DefaultParameterSetName = "Package")]
[OutputType(typeof(EtlDriver))]
public sealed class InstallEtlDriverCommand : EtlCmdlet
{
    /// <summary>A folder that holds the driver and all it needs; otherwise it is fetched with the .NET SDK from the package registry.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Folder")]
    [ValidateNotNullOrEmpty]
    public string? Source { get; set; }

    /// <summary>A version other than the one this module was made with.</summary>
    [Parameter(ParameterSetName = "Package")]
    [ValidateNotNullOrEmpty]
    public string? Version { get; set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        var folder = session.DriverFolder();
        var version = PackageDriverSource.VersionOf(Version);
        var action = Source is null ? $"Install Snowflake.Data {version ?? PackageDriverSource.PinnedVersion}" : $"Install the driver from {Source}";
        var (isConfirmed, from) = await output.InvokeAsync(() => (ShouldProcess(folder, action), FullPath(Source))).ConfigureAwait(false);
        if (!isConfirmed) return;
        IDriverSource source = from is null ? new PackageDriverSource(version, new DotnetClient()) : new FolderDriverSource(from);
        output.WriteObject(EtlDriver.From(await new DriverInstaller(folder).InstallAsync(source, stop).ConfigureAwait(false)));
    }
}
