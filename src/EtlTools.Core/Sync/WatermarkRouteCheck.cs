using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.State;

namespace EtlTools.Core.Sync;

/// <summary>A position on another table or column means nothing, and following it would lose rows.</summary>
internal static class WatermarkRouteCheck
{
    /// <summary>Makes sure that a watermark belongs to what the pipeline now says.</summary>
    /// <exception cref="ConfigurationException">It was recorded for other tables or another column.</exception>
    public static void Ensure(PipelineDefinition pipeline, Watermark? watermark)
    {
        if (watermark?.Cursor is null) return;
        if (watermark.Source == pipeline.Source && watermark.Target == pipeline.Target && watermark.CursorColumn == pipeline.WatermarkColumn) return;
        throw new ConfigurationException(
            $"{pipeline.Name}: its watermark was recorded for {watermark.Source} → {watermark.Target} by {watermark.CursorColumn ?? "no column"}, "
            + $"but the pipeline now says {pipeline.Source} → {pipeline.Target} by {pipeline.WatermarkColumn ?? "no column"}.",
            $"Give the pipeline another name, or forget the position with `etl watermark reset {pipeline.Name}` to read everything again.");
    }
}
