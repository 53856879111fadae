namespace EtlTools.Core.Sync;

/// <summary>A run in progress. What it has done so far can be read from it at any time, also after it failed.</summary>
internal interface IRunAttempt
{
    /// <summary>The window of an incremental run, once it is known.</summary>
    SyncWindow? Window { get; }

    /// <summary>Target rows deleted.</summary>
    long Deleted { get; }

    /// <summary>The statements of the run.</summary>
    IReadOnlyList<string> Sql { get; }

    /// <summary>What a person should know.</summary>
    IReadOnlyList<string> Notes { get; }

    /// <summary>Runs, and says how it ended: a word of <see cref="State.RunStatus"/>.</summary>
    Task<string> RunAsync(CancellationToken stop);
}
