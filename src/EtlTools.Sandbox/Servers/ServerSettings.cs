namespace EtlTools.Sandbox.Servers;

/// <summary>What a throw-away server is told in <c>postgresql.conf</c> or on its command line.</summary>
internal static class ServerSettings
{
    public static IReadOnlyDictionary<string, string> For(SandboxOptions options)
    {
        var settings = new Dictionary<string, string>
        {
            ["shared_buffers"] = "256MB",
            ["max_connections"] = "300",
            ["max_wal_size"] = "4GB",
            ["checkpoint_timeout"] = "30min",
            // A crash of the server is survived with all three off except synchronous_commit; only a power failure is not.
            ["fsync"] = "off",
            ["full_page_writes"] = "off",
            ["synchronous_commit"] = options.Durable ? "on" : "off",
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",
        };
        foreach (var (name, value) in options.ServerSettings)
            settings[name] = value;

        return settings;
    }
}
