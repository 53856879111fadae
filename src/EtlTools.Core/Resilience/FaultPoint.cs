using System.Diagnostics;

namespace EtlTools.Core.Resilience;

/// <summary>
/// Named points at which the fault tests kill or stop the process. The calls exist only in the <c>TestHooks</c> build
/// configuration; in every other build the compiler leaves them out.
/// </summary>
internal static class FaultPoint
{
#if ETL_TEST_HOOKS
    // "name" or "name:n" (the n-th time) in ETL_TEST_KILL_AT or ETL_TEST_PAUSE_AT; a pause writes the file ETL_TEST_PAUSED and goes
    // on when that file is gone.
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, int> Hits = new(StringComparer.Ordinal);
#endif

    /// <summary>Marks that execution has come to the point <paramref name="name"/>.</summary>
    [Conditional("ETL_TEST_HOOKS")]
    public static void Reach(string name)
    {
#if ETL_TEST_HOOKS
        var hit = Hits.AddOrUpdate(name, 1, (_, count) => count + 1);
        if (IsAt("ETL_TEST_KILL_AT", name, hit)) Process.GetCurrentProcess().Kill();
        if (!IsAt("ETL_TEST_PAUSE_AT", name, hit)) return;
        var marker = Environment.GetEnvironmentVariable("ETL_TEST_PAUSED")!;
        File.WriteAllText(marker, name);
        while (File.Exists(marker)) new ManualResetEventSlim().Wait(20);
#else
        _ = name;
#endif
    }

#if ETL_TEST_HOOKS
    private static bool IsAt(string variable, string name, int hit)
    {
        var wanted = Environment.GetEnvironmentVariable(variable);
        return wanted == name && hit == 1 || wanted == $"{name}:{hit}";
    }
#endif
}
