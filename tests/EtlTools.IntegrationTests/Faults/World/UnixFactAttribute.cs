namespace EtlTools.IntegrationTests.Faults.World;

/// <summary>A test that sends signals to a process.</summary>
public sealed class UnixFactAttribute : FactAttribute
{
    public const string Reason = "Signals (SIGKILL, SIGSTOP, SIGINT) exist on Linux and macOS only.";

    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows()) Skip = Reason;
    }
}

/// <summary>Tests that send signals to a process.</summary>
public sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute()
    {
        if (OperatingSystem.IsWindows()) Skip = UnixFactAttribute.Reason;
    }
}
