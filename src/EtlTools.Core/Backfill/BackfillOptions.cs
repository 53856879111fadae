using EtlTools.Core.State;

namespace EtlTools.Core.Backfill;

/// <summary>What a user asks of a backfill. What is left null takes the unfinished plan's value, or the default of a new plan.</summary>
public sealed record BackfillOptions
{
    /// <summary>What the plan is called; null takes the pipeline's name.</summary>
    public string? Name { get; init; }

    /// <summary>First cursor value, inclusive, as a person writes it; null from the beginning.</summary>
    public string? From { get; init; }

    /// <summary>Last cursor value, inclusive; a date means the whole day. Null without end.</summary>
    public string? To { get; init; }

    /// <summary>How many partitions; null picks by size.</summary>
    public int? Partitions { get; init; }

    /// <summary>Workers of this process; null picks by the processor.</summary>
    public int? Parallel { get; init; }

    /// <summary>Rows a batch of the method stream; null takes the pipeline's.</summary>
    public int? BatchSize { get; init; }

    /// <summary>A word of <see cref="BackfillMethod"/>; null picks by size.</summary>
    public string? Method { get; init; }

    /// <summary>Gives an unfinished plan of the name up and makes a new one.</summary>
    public bool Restart { get; init; }

    /// <summary>Plans and estimates, but stores and moves nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Takes part in a plan that exists, with its parameters; never makes one.</summary>
    public bool Join { get; init; }

    /// <summary>Lets parked partitions be tried again.</summary>
    public bool Unpark { get; init; }

    /// <summary>Workers of this process.</summary>
    internal int Workers => Parallel ?? Math.Clamp(Environment.ProcessorCount, 1, 4);
}
