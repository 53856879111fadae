using System.Runtime.InteropServices;

namespace EtlTools.Core.Alerts;

/// <summary>
/// Writes alerts to the Application log of Windows, source <c>EtlTools</c>. The three calls of the system are used as they are: the
/// library around them is a stub wherever it is not resolved for Windows, as in a module that is loaded from a folder.
/// </summary>
internal sealed class EventLogTarget : IAlertTarget
{
    /// <summary>Event ids: this plus 1 for a failed run, 2 for refused rows, 3 for a stall, 4 for a test.</summary>
    public const int FirstId = 1500;

    private const string Source = "EtlTools";
    // An event holds 31,839 characters.
    private const int TextLength = 30_000;
    private const ushort Error = 1, Warning = 2, Information = 4;

    public string Name => "Windows Event Log";

    public Task SendAsync(Alert alert, CancellationToken stop)
    {
        if (!OperatingSystem.IsWindows()) throw new AlertDeliveryException("this system has none: set ALERT_EVENT_LOG=false.", isTransient: false);
        var log = RegisterEventSource(null, Source);
        if (log == 0) throw Failed();
        try
        {
            var type = alert.Severity switch { "error" => Error, "warning" => Warning, _ => Information };
            var id = (uint)(FirstId + 1 + (int)alert.Reason);
            if (!ReportEvent(log, type, 0, id, 0, 1, 0, [AlertJson.Shorten(Text(alert), TextLength)], 0)) throw Failed();
        }
        finally
        {
            DeregisterEventSource(log);
        }

        return Task.CompletedTask;
    }

    private static string Text(Alert alert) => string.Join(
        "\r\n", [alert.Title, alert.Message, .. alert.Remedy is { } remedy ? [remedy] : Array.Empty<string>(), "", .. AlertJson.Facts(alert).Select(fact => $"{fact.Name}: {fact.Value}")]);

    private static AlertDeliveryException Failed() => new($"Windows refused the event (error {Marshal.GetLastPInvokeError()}).", isTransient: false);

    [DllImport("advapi32.dll", EntryPoint = "RegisterEventSourceW", CharSet = CharSet.Unicode, SetLastError = true, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern nint RegisterEventSource(string? server, string source);

    [DllImport("advapi32.dll", EntryPoint = "ReportEventW", CharSet = CharSet.Unicode, SetLastError = true, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool ReportEvent(
        nint log, ushort type, ushort category, uint id, nint user, ushort texts, uint dataSize, [MarshalAs(UnmanagedType.LPArray, ArraySubType = UnmanagedType.LPWStr)] string[] strings, nint data);

    [DllImport("advapi32.dll", SetLastError = true, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool DeregisterEventSource(nint log);
}
