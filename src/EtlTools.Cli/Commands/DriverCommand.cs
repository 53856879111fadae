using System.CommandLine;
using EtlTools.Cli.Rendering;
using EtlTools.Core.Driver;
using EtlTools.Core.Errors;

namespace EtlTools.Cli.Commands;

/// <summary><c>etl driver install|status</c>.</summary>
internal static class DriverCommand
{
    public static Command Create(CommandRunner runner) => new("driver", "Install the Snowflake driver, which is a package of its own, or say whether it is there.")
    {
        CreateInstall(runner),
        CreateStatus(runner),
    };

    private static Command CreateInstall(CommandRunner runner)
    {
        var source = new Option<string?>("--source") { Description = "A folder that holds the driver and all it needs, from another machine; otherwise it is fetched with the .NET SDK from the package registry.", HelpName = "FOLDER" };
        var version = new Option<string?>("--version") { Description = $"A version other than {PackageDriverSource.PinnedVersion}; at least {DriverStatus.MinimumVersion}.", HelpName = "VERSION" };
        var command = new Command("install", "Put the driver into the folder that ETL_SNOWFLAKE_DRIVER names, in place of the one that is there.") { source, version };
        runner.Bind(command, result => async (session, stop) =>
        {
            var from = Source(result.GetValue(source), result.GetValue(version));
            return new DriverReport(await new DriverInstaller(session.Etl.DriverFolder()).InstallAsync(from, stop).ConfigureAwait(false), isInstalled: true);
        });
        return command;
    }

    private static Command CreateStatus(CommandRunner runner)
    {
        var command = new Command("status", "Say which driver is in the folder, and whether it can be used.");
        runner.Bind(command, _ => (session, _) => Task.FromResult<CommandReport>(new DriverReport(DriverStatus.Of(session.Etl.DriverFolder()), isInstalled: false)));
        return command;
    }

    private static IDriverSource Source(string? folder, string? version)
    {
        if (folder is not null && version is not null)
            throw new ConfigurationException("--source and --version exclude each other: the folder has the version it has.", "Leave one of them out.");
        return folder is null ? new PackageDriverSource(PackageDriverSource.VersionOf(version), new DotnetClient()) : new FolderDriverSource(folder);
    }
}
