using EtlTools.Core.State.Migrations;

namespace EtlTools.Cmdlets;

/// <summary>A migration of the state tables, or of a set of target tables.</summary>
public sealed record EtlMigration
{
    /// <summary>Its set, such as <c>state</c>.</summary>
    public string Set { get; private init; } = "";

    /// <summary>Its number, or <c>R__name</c>.</summary>
    public string Version { get; private init; } = "";

    /// <summary>What it is about.</summary>
    public string Name { get; private init; } = "";

    /// <summary>Its file.</summary>
    public string File { get; private init; } = "";

    /// <summary><c>applied</c> or <c>pending</c>.</summary>
    public string Status => Duration is null ? "pending" : "applied";

    /// <summary>How long it took; null while pending.</summary>
    public TimeSpan? Duration { get; private init; }

    /// <summary>File and status.</summary>
    public override string ToString() => $"{File}: {Status}";

    internal static EtlMigration From(Migration migration) => new()
    {
        Set = migration.Set, Version = migration.Version, Name = migration.Name, File = migration.File, Duration = migration.Duration,
    };
}
