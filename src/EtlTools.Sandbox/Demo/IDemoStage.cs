using EtlTools.Core.Sync;

namespace EtlTools.Sandbox.Demo;

/// <summary>Where the demo is shown: the front end.</summary>
public interface IDemoStage
{
    /// <summary>Says what comes next.</summary>
    /// <param name="what">In words.</param>
    /// <param name="action">Which of the product's commands does it; the front end knows its own name for it.</param>
    /// <param name="tables">Name of the YAML file, where it is not the usual one.</param>
    void Announce(string what, DemoAction action, string? tables = null);

    /// <summary>Does a piece of work, which reports its progress, if anybody watches.</summary>
    Task<T> WatchAsync<T>(Func<IProgress<SyncProgress>?, Task<T>> work);
}

/// <summary>A command of the product that the demo uses.</summary>
public enum DemoAction
{
    /// <summary>None; it is work that the product does not do for users.</summary>
    None,

    /// <summary>Applying migrations, those of the medical tables too.</summary>
    Migrate,

    /// <summary>Checking.</summary>
    Check,

    /// <summary>Syncing.</summary>
    Sync,

    /// <summary>Syncing without writing.</summary>
    DryRun,

    /// <summary>Counting both sides.</summary>
    Compare,
}
