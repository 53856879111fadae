using System.Diagnostics;
using EtlTools.Core.Alerts;
using Xunit;

namespace EtlTools.Core.Tests.Alerts;

public sealed class EventLogTargetTests
{
    [Fact]
    public async Task Where_there_is_none_it_says_so()
    {
        if (OperatingSystem.IsWindows()) return;
        var refusal = await Assert.ThrowsAsync<AlertDeliveryException>(() => new EventLogTarget().SendAsync(AlertWorld.Full, CancellationToken.None));
        Assert.False(refusal.IsTransient);
        Assert.Contains("ALERT_EVENT_LOG=false", refusal.Message, StringComparison.Ordinal);
    }

    [WindowsFact]
    public async Task An_event_is_in_the_application_log()
    {
        var mark = Guid.NewGuid();
        await new EventLogTarget().SendAsync(AlertWorld.Full with { RunId = mark }, CancellationToken.None);

        using var query = Process.Start(new ProcessStartInfo("wevtutil", ["qe", "Application", "/q:*[System[Provider[@Name='EtlTools'] and (EventID=1501)]]", "/rd:true", "/c:20", "/f:xml"]) { RedirectStandardOutput = true })!;
        var events = await query.StandardOutput.ReadToEndAsync();
        await query.WaitForExitAsync();
        Assert.Contains(mark.ToString(), events, StringComparison.Ordinal);
        Assert.Contains("sync of notification_text failed", events, StringComparison.Ordinal);
    }
}

/// <summary>A test of what only Windows has.</summary>
public sealed class WindowsFactAttribute : FactAttribute
{
    public WindowsFactAttribute()
    {
        if (!OperatingSystem.IsWindows()) Skip = "Only Windows has an Event Log.";
    }
}
