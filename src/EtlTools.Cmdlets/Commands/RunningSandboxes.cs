namespace EtlTools.Cmdlets.Commands;

/// <summary>The sandboxes that this PowerShell has started and not stopped.</summary>
internal static class RunningSandboxes
{
    private static readonly Lock s_lock = new();
    private static readonly List<EtlSandbox> s_all = [];

    /// <summary>Those that run, the oldest first.</summary>
    public static IReadOnlyList<EtlSandbox> All
    {
        get
        {
            lock (s_lock) return [.. s_all];
        }
    }

    /// <summary>Takes one in.</summary>
    public static void Add(EtlSandbox sandbox)
    {
        lock (s_lock) s_all.Add(sandbox);
    }

    /// <summary>Ends one and removes all it made; does nothing when that has been done.</summary>
    public static async Task StopAsync(EtlSandbox sandbox)
    {
        lock (s_lock)
        {
            if (!s_all.Remove(sandbox)) return;
        }

        await sandbox.Workspace.RemoveAsync().ConfigureAwait(false);
        sandbox.IsStopped = true;
    }
}
