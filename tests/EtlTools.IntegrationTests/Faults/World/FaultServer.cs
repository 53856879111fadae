using EtlTools.Sandbox;

namespace EtlTools.IntegrationTests.Faults.World;

/// <summary>An own server, never a borrowed one: others may be using that, and would suffer.</summary>
public class FaultServer : Sync.World.SyncServer
{
    protected override SandboxOptions Options => new();
}

/// <summary>An own server whose commits survive a crash, so that a test may crash it.</summary>
public sealed class DurableServer : FaultServer
{
    protected override SandboxOptions Options => new() { Durable = true };
}

/// <summary>Tests that end connections, each at a database of its own.</summary>
[CollectionDefinition(Name)]
public sealed class ConnectionFaults : ICollectionFixture<FaultServer>
{
    public const string Name = "connections that break";
}

/// <summary>Tests that stop and restart their server, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class ServerFaults : ICollectionFixture<DurableServer>
{
    public const string Name = "servers that stop";
}

/// <summary>Tests that kill, stop and interrupt processes.</summary>
[CollectionDefinition(Name)]
public sealed class ProcessFaults : ICollectionFixture<FaultServer>
{
    public const string Name = "processes that die";
}

/// <summary>Tests with several runners at once.</summary>
[CollectionDefinition(Name)]
public sealed class LeaseFaults : ICollectionFixture<FaultServer>
{
    public const string Name = "runners that meet";
}
