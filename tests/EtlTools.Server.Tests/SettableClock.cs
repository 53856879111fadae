namespace EtlTools.Server.Tests;

/// <summary>The system's clock, put forward when a test says so; timers keep the system's time.</summary>
internal sealed class SettableClock : TimeProvider
{
    private TimeSpan _ahead;

    public void Advance(TimeSpan by) => _ahead += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(_ahead.TotalSeconds * TimestampFrequency);
}
