using EtlTools.Sandbox.Demo;

namespace EtlTools.Cmdlets;

/// <summary>A throw-away PostgreSQL with a local warehouse and a target, and the settings to use them. Holds no password.</summary>
public sealed class EtlSandbox
{
    internal EtlSandbox(DemoWorkspace workspace, bool isKept)
    {
        Workspace = workspace;
        IsKept = isKept;
    }

    /// <summary>The YAML file of its tables: parameter <c>-Config</c> of the other commands.</summary>
    public string Config => Workspace.Files.Configuration;

    /// <summary>Its settings: parameter <c>-EnvFile</c> of the other commands.</summary>
    public string EnvFile => Workspace.Files.EnvironmentFile;

    /// <summary>Its folder.</summary>
    public string Folder => Workspace.Files.Folder;

    /// <summary>Which PostgreSQL it is.</summary>
    public string Server => Workspace.Server;

    /// <summary>A command line that opens the target database; the password is in a file.</summary>
    public string ConnectCommand => Workspace.ConnectCommand;

    /// <summary>A command line that ends and removes it, for other processes.</summary>
    public string StopCommand => Workspace.StopCommand;

    /// <summary>Whether it outlives this PowerShell.</summary>
    public bool IsKept { get; }

    /// <summary>Whether it was stopped.</summary>
    public bool IsStopped { get; internal set; }

    internal DemoWorkspace Workspace { get; }

    /// <summary>The server.</summary>
    public override string ToString() => Server;
}
