using EtlTools.Core.Config;
using Npgsql;

namespace EtlTools.Core.State;

/// <summary>A table that the YAML file lists, or that has run before, or both.</summary>
/// <param name="Name">The pipeline.</param>
/// <param name="Source">Its source, as the YAML file says, or as it was when it ran.</param>
/// <param name="Target">Its target, likewise.</param>
/// <param name="Watermark">Where it stands; null when it has never run.</param>
public sealed record KnownTable(string Name, string Source, string Target, Watermark? Watermark);

/// <summary>Tables for the commands about state, which work without the YAML file too.</summary>
internal static class KnownTables
{
    /// <summary>The known tables that are meant.</summary>
    public static async Task<IReadOnlyList<KnownTable>> SelectAsync(
        EtlSession session, NpgsqlConnection connection, IReadOnlyList<string> patterns, CancellationToken stop)
    {
        var marks = await WatermarkStore.ListAsync(connection, stop).ConfigureAwait(false);
        var configured = session.HasConfiguration ? session.Configuration.Pipelines : [];
        List<KnownTable> known =
        [
            .. configured.Select(p => new KnownTable(p.Name, p.Source, p.Target, marks.FirstOrDefault(m => m.Pipeline == p.Name))),
            .. marks.Where(m => configured.All(p => p.Name != m.Pipeline)).Select(m => new KnownTable(m.Pipeline, m.Source, m.Target, m)),
        ];
        return TableSelection.Select(known, table => [table.Name, table.Source, table.Target], patterns, session.HasConfiguration ? $"{session.ConfigPath} or the state" : "the state");
    }
}
