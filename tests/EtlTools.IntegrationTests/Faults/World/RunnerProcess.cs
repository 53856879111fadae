using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using EtlTools.Core.Backfill;
using EtlTools.Core.Config;
using EtlTools.Core.Sync;
using EtlTools.FaultRunner;
using EtlTools.IntegrationTests.Processes;

namespace EtlTools.IntegrationTests.Faults.World;

/// <summary>One run of a pipeline in a process of its own, built with fault points.</summary>
public sealed partial class RunnerProcess : IDisposable
{
    /// <summary>What a shell reports for a process that SIGKILL ended.</summary>
    public const int Killed = 137;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;
    private readonly string _folder;
    private bool _ended;

    private RunnerProcess(Process process, string folder)
    {
        _process = process;
        _folder = folder;
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Folder of the runner as built in configuration TestHooks.</summary>
    public static string Folder { get; } = FindFolder();

    public bool HasEnded => _process.HasExited;

    public int Id => _process.Id;

    private string PauseMarker => Path.Combine(_folder, "paused");

    /// <summary>Starts a run, or the migration of the state tables when <paramref name="table"/> is null.</summary>
    /// <param name="faults">The two systems.</param>
    /// <param name="table">What to run.</param>
    /// <param name="mode">How.</param>
    /// <param name="killAt">Point at which it kills itself: <c>name</c> or <c>name:n</c>.</param>
    /// <param name="pauseAt">Point at which it stands still, likewise.</param>
    /// <param name="leaseTimeout">After which silence the server ends its session; null for the default.</param>
    /// <param name="runner">Folder of another build of the runner; null for the one with fault points.</param>
    public static RunnerProcess Start(
        FaultWorld faults, FaultTable? table, SyncMode mode = SyncMode.Incremental, string? killAt = null, string? pauseAt = null,
        TimeSpan? leaseTimeout = null, string? runner = null) =>
        Start(Timed(faults.World.Settings, leaseTimeout), table?.Pipeline, mode, killAt, pauseAt, runner);

    /// <inheritdoc cref="Start(FaultWorld, FaultTable?, SyncMode, string?, string?, TimeSpan?, string?)"/>
    public static RunnerProcess Start(
        EtlSettings settings, PipelineDefinition? pipeline, SyncMode mode = SyncMode.Incremental, string? killAt = null, string? pauseAt = null, string? runner = null) =>
        Start(new FaultJob { Settings = settings, Pipeline = pipeline, Options = new SyncOptions { Mode = mode } }, killAt, pauseAt, runner);

    /// <summary>Starts a process that takes part in a backfill.</summary>
    public static RunnerProcess Start(EtlSettings settings, PipelineDefinition pipeline, BackfillOptions backfill, string? killAt = null, string? pauseAt = null) =>
        Start(new FaultJob { Settings = settings, Pipeline = pipeline, Backfill = backfill }, killAt, pauseAt, null);

    private static RunnerProcess Start(FaultJob job, string? killAt, string? pauseAt, string? runner)
    {
        var folder = Directory.CreateTempSubdirectory("etl-fault-").FullName;
        var file = Path.Combine(folder, "job.json");
        File.WriteAllText(file, JsonSerializer.Serialize(job, FaultJob.Json));
        var start = Interruptible.Start("dotnet", "exec", Path.Combine(runner ?? Folder, "EtlTools.FaultRunner.dll"), file);
        start.Environment["ETL_TEST_KILL_AT"] = killAt;
        start.Environment["ETL_TEST_PAUSE_AT"] = pauseAt;
        start.Environment["ETL_TEST_PAUSED"] = Path.Combine(folder, "paused");
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TC_QuickJitForLoops"] = "1";
        return new RunnerProcess(Process.Start(start)!, folder);
    }

    private static EtlSettings Timed(EtlSettings settings, TimeSpan? leaseTimeout) =>
        leaseTimeout is { } timeout ? settings with { Postgres = settings.Postgres! with { LeaseTimeout = timeout } } : settings;

    /// <summary>Waits for the end.</summary>
    /// <returns>Exit code, and the answer unless it was killed.</returns>
    public async Task<(int ExitCode, FaultAnswer? Answer, string Errors)> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        _ended = true;
        var text = (await _output).Trim();
        return (_process.ExitCode, text.Length == 0 ? null : JsonSerializer.Deserialize<FaultAnswer>(text, FaultJob.Json), await _errors);
    }

    /// <summary>Waits until it stands still at its point.</summary>
    public async Task PausedAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!File.Exists(PauseMarker))
        {
            Assert.False(_process.HasExited, $"the runner ended instead of pausing: {(_process.HasExited ? await _output + await _errors : "")}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }
    }

    /// <summary>Waits until it has noticed an interrupt.</summary>
    public async Task InterruptedAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!File.Exists(Path.Combine(_folder, "job.json.interrupted")))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
    }

    /// <summary>Lets it go on.</summary>
    public void Resume() => File.Delete(PauseMarker);

    /// <summary>Ends it as SIGKILL does, and waits until it is gone.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Stop() => Signal(OperatingSystem.IsMacOS() ? 17 : 19);

    public void Continue() => Signal(OperatingSystem.IsMacOS() ? 19 : 18);

    public void Interrupt() => Signal(2);

    public void Dispose()
    {
        if (!_ended && !_process.HasExited) _process.Kill();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Signal(int number) => Assert.Equal(0, SendSignal(_process.Id, number));

    private static string FindFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "EtlTools.sln"))) folder = folder.Parent!;
        return Path.Combine(folder.FullName, "tests", "EtlTools.FaultRunner", "bin", "TestHooks", "net10.0");
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
