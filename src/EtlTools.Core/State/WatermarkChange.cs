using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using Npgsql;

namespace EtlTools.Core.State;

/// <summary>A watermark that is to be set or forgotten by hand: planned first, so that a person can be asked, then applied.</summary>
public sealed class WatermarkChange
{
    private readonly EtlSession _session;
    private readonly PipelineDefinition _pipeline;

    private WatermarkChange(EtlSession session, PipelineDefinition pipeline, Watermark? before, string? cursor)
    {
        _session = session;
        _pipeline = pipeline;
        Before = before;
        Cursor = cursor;
    }

    /// <summary>Whose watermark.</summary>
    public string Pipeline => _pipeline.Name;

    /// <summary>As it is now; null when the pipeline has never run.</summary>
    public Watermark? Before { get; }

    /// <summary>What it is to be, at full scale; null forgets it.</summary>
    public string? Cursor { get; }

    /// <summary>Finds the one pipeline that is meant and brings the value into the form its watermarks have.</summary>
    /// <param name="session">The session.</param>
    /// <param name="pattern">Name, source or target of a table of the YAML file.</param>
    /// <param name="value">The value as typed; null forgets the watermark.</param>
    /// <param name="stop">Stops the queries.</param>
    /// <exception cref="ConfigurationException">There is no such table or more than one, or the value is of another kind.</exception>
    public static async Task<WatermarkChange> PlanAsync(EtlSession session, string pattern, string? value, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(session);
        var pipelines = TableSelection.Select(session.Configuration, [pattern]);
        if (pipelines is not [var pipeline])
        {
            throw new ConfigurationException(
                FormattableString.Invariant($"'{pattern}' is {pipelines.Count} tables: {string.Join(", ", pipelines.Select(p => p.Name))}."), "Name one of them.");
        }

        await using var connection = await session.OpenStateAsync(stop).ConfigureAwait(false);
        var before = await WatermarkStore.FindAsync(connection, pipeline.Name, stop).ConfigureAwait(false);
        var cursor = value is null ? null : CursorText.Like(value, await ModelAsync(connection, pipeline.Name, before, stop).ConfigureAwait(false), pipeline.Name);
        return new WatermarkChange(session, pipeline, before, cursor);
    }

    /// <summary>Sets it.</summary>
    /// <returns>The watermark as it is afterwards.</returns>
    /// <exception cref="ConflictException">The pipeline is being run right now; nothing was changed.</exception>
    public async Task<Watermark?> ApplyAsync(CancellationToken stop)
    {
        await using var connection = await _session.OpenStateAsync(stop).ConfigureAwait(false);
        var route = new WatermarkRoute(_pipeline.Name, _pipeline.Source, _pipeline.Target, _pipeline.WatermarkColumn);
        if (!await WatermarkStore.SetAsync(connection, route, Cursor, stop).ConfigureAwait(false))
        {
            throw new ConflictException(
                $"{Pipeline} is being run{(Before?.Holder is { } holder ? $" by {holder}" : "")}; its watermark was not changed.",
                "Wait until that run has ended, or stop it, then try again.");
        }

        return await WatermarkStore.FindAsync(connection, Pipeline, stop).ConfigureAwait(false);
    }

    /// <summary>How this table's watermarks are written: as the present one, or as the newest window's end; null when neither is known.</summary>
    private static async Task<string?> ModelAsync(NpgsqlConnection connection, string pipeline, Watermark? present, CancellationToken stop)
    {
        if (present?.Cursor is { } cursor) return cursor;
        var runs = await RunStore.ListAsync(connection, pipeline, 100, stop).ConfigureAwait(false);
        return runs.FirstOrDefault(run => run.WindowHigh is not null)?.WindowHigh;
    }
}
