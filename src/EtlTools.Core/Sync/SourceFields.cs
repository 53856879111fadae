using EtlTools.Core.Config;
using EtlTools.Core.Rows;
using EtlTools.Core.Snowflake;
using EtlTools.Core.Sync.Drift;

namespace EtlTools.Core.Sync;

/// <summary>The fields of the source query: the columns that travel, and behind them the cursor when it is not one of them.</summary>
/// <param name="Projections">SQL of each field.</param>
/// <param name="Key">Quoted key columns at the source.</param>
/// <param name="CursorField">Position of the cursor text; -1 without a cursor.</param>
internal sealed record SourceFields(IReadOnlyList<string> Projections, IReadOnlyList<string> Key, int CursorField)
{
    /// <summary>The fields of a plan.</summary>
    public static SourceFields Of(TablePlan plan, SnowflakeCursor? cursor)
    {
        var projections = plan.Columns.Select(column => SnowflakeText.Select(column.Source)).ToList();
        var key = plan.Key.Select(name => SnowflakeIdentifier.Quote(plan.Columns.First(column => column.Target == name).Source.Name)).ToList();
        if (cursor is null) return new SourceFields(projections, key, -1);
        var text = cursor.ToText(cursor.Sql);
        var field = projections.IndexOf(text);
        if (field >= 0) return new SourceFields(projections, key, field);
        projections.Add(text);
        return new SourceFields(projections, key, projections.Count - 1);
    }

    /// <summary>The encoder of a plan's columns, which come first among the fields.</summary>
    public static RowEncoder Encoder(TablePlan plan, PipelineDefinition pipeline)
    {
        var names = plan.TargetColumns;
        var key = plan.Key.Select(name => names.ToList().IndexOf(name)).ToList();
        return new RowEncoder(
            names, [.. plan.Columns.Select(column => column.Rule)], key, [.. key.Select(position => plan.Columns[position].KeyForm)],
            pipeline.InvalidText, pipeline.FineTime);
    }
}
