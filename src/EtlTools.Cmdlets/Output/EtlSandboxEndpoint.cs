using EtlTools.Sandbox.Endpoint;

namespace EtlTools.Cmdlets;

/// <summary>A process that serves a local warehouse to Snowflake's drivers on 127.0.0.1. Holds no password.</summary>
public sealed class EtlSandboxEndpoint
{
    internal EtlSandboxEndpoint(string name, EndpointStatus status)
    {
        Name = name;
        Address = new Uri(status.Address!);
        EnvFile = status.EnvironmentFile!;
        LogFile = status.Log!;
        Server = status.Postgres!;
    }

    /// <summary>Its name, by which any PowerShell of this user stops it.</summary>
    public string Name { get; }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Its settings: parameter <c>-EnvFile</c> of the other commands.</summary>
    public string EnvFile { get; }

    /// <summary>What it has to say.</summary>
    public string LogFile { get; }

    /// <summary>Which PostgreSQL is below.</summary>
    public string Server { get; }

    /// <summary>Whether it was stopped.</summary>
    public bool IsStopped { get; internal set; }

    /// <summary>Its address.</summary>
    public override string ToString() => Address.ToString();
}
