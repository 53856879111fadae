namespace EtlTools.Core.Snowflake;

/// <summary>Whether a person can sign in with a browser here.</summary>
public interface IBrowserProbe
{
    /// <summary>Null when a browser can be opened; otherwise why not, as the end of a sentence that begins with "because".</summary>
    string? WhyNoBrowser();
}

/// <summary>Looks at the process and its environment.</summary>
public sealed class BrowserProbe : IBrowserProbe
{
    /// <inheritdoc/>
    public string? WhyNoBrowser()
    {
        if (OperatingSystem.IsLinux() && !IsSet("DISPLAY") && !IsSet("WAYLAND_DISPLAY"))
            return "there is no display on this machine";
        return Environment.UserInteractive ? null : "this process runs as a service";
    }

    // Not settings of ours but facts about the desktop, which is why they are not in the catalog of settings.
    private static bool IsSet(string name) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name));
}
