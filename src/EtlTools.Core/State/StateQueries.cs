using EtlTools.Core.Config;
using EtlTools.Core.Errors;

namespace EtlTools.Core.State;

/// <summary>What users ask of the state tables. Each call opens a connection of its own.</summary>
public sealed class StateQueries(EtlSession session)
{
    /// <summary>Tables of the YAML file and tables that have run, with their watermarks.</summary>
    /// <param name="patterns">Names, sources or targets; none means all.</param>
    /// <param name="stop">Stops the query.</param>
    /// <exception cref="ConfigurationException">A pattern matches nothing.</exception>
    public async Task<IReadOnlyList<KnownTable>> TablesAsync(IReadOnlyList<string> patterns, CancellationToken stop)
    {
        await using var connection = await session.OpenStateAsync(stop).ConfigureAwait(false);
        return await KnownTables.SelectAsync(session, connection, patterns, stop).ConfigureAwait(false);
    }

    /// <summary>All watermarks, by name.</summary>
    public async Task<IReadOnlyList<Watermark>> WatermarksAsync(CancellationToken stop)
    {
        await using var connection = await session.OpenStateAsync(stop).ConfigureAwait(false);
        return await WatermarkStore.ListAsync(connection, stop).ConfigureAwait(false);
    }

    /// <summary>The newest runs first.</summary>
    /// <param name="patterns">Tables; none means all.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="stop">Stops the query.</param>
    public async Task<IReadOnlyList<RunRecord>> RunsAsync(IReadOnlyList<string> patterns, int limit, CancellationToken stop)
    {
        await using var connection = await session.OpenStateAsync(stop).ConfigureAwait(false);
        if (patterns.Count == 0) return await RunStore.ListAsync(connection, null, limit, stop).ConfigureAwait(false);
        var runs = new List<RunRecord>();
        foreach (var table in await KnownTables.SelectAsync(session, connection, patterns, stop).ConfigureAwait(false))
            runs.AddRange(await RunStore.ListAsync(connection, table.Name, limit, stop).ConfigureAwait(false));
        return [.. runs.OrderByDescending(run => run.StartedAt).Take(limit)];
    }

    /// <summary>Quarantined rows that are meant, newest first.</summary>
    /// <param name="items">Numbers of entries, and tables; none means all.</param>
    /// <param name="status">Only of this status; null for all. Entries named by number are found whatever theirs is.</param>
    /// <param name="limit">At most so many, besides those named by number.</param>
    /// <param name="stop">Stops the query.</param>
    /// <exception cref="ConfigurationException">There is no such entry or table.</exception>
    public async Task<IReadOnlyList<QuarantinedRow>> ErrorsAsync(IReadOnlyList<string> items, string? status, int limit, CancellationToken stop)
    {
        await using var connection = await session.OpenStateAsync(stop).ConfigureAwait(false);
        var selection = QuarantineSelection.Of(items);
        var rows = new List<QuarantinedRow>();
        if (selection.Tables.Count == 0 && selection.Ids.Count == 0)
            rows.AddRange(await QuarantineStore.ListAsync(connection, null, status, limit, stop).ConfigureAwait(false));
        if (selection.Tables.Count > 0)
        {
            foreach (var table in await KnownTables.SelectAsync(session, connection, selection.Tables, stop).ConfigureAwait(false))
                rows.AddRange(await QuarantineStore.ListAsync(connection, table.Name, status, limit, stop).ConfigureAwait(false));
        }

        if (selection.Ids.Count > 0)
        {
            var all = await QuarantineStore.ListAsync(connection, null, null, int.MaxValue, stop).ConfigureAwait(false);
            rows.AddRange(selection.Found(all));
        }

        return [.. rows.DistinctBy(row => row.Id).OrderByDescending(row => row.LastSeen).ThenByDescending(row => row.Id).Take(Math.Max(limit, selection.Ids.Count))];
    }

    /// <summary>Gives quarantined rows up.</summary>
    /// <returns>How many were open.</returns>
    public async Task<int> DiscardAsync(IReadOnlyCollection<long> ids, CancellationToken stop)
    {
        await using var connection = await session.OpenStateAsync(stop).ConfigureAwait(false);
        return await QuarantineStore.DiscardAsync(connection, ids, stop).ConfigureAwait(false);
    }

    /// <summary>The pipelines that have rows in quarantine.</summary>
    public async Task<IReadOnlyList<PipelineDefinition>> WithOpenRowsAsync(IReadOnlyList<PipelineDefinition> pipelines, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(pipelines);
        await using var connection = await session.OpenStateAsync(stop).ConfigureAwait(false);
        var found = new List<PipelineDefinition>();
        foreach (var pipeline in pipelines)
            if (await QuarantineStore.CountOpenAsync(connection, pipeline.Name, stop).ConfigureAwait(false) > 0) found.Add(pipeline);
        return found;
    }
}
