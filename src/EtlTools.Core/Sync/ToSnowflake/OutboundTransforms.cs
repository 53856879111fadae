using EtlTools.Core.Config;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>A transform of a caller sees rows one by one; rows to Snowflake travel in bulk.</summary>
internal static class OutboundTransforms
{
    /// <summary>Refuses such a transform.</summary>
    /// <exception cref="ConfigurationException">One of the pipelines goes to Snowflake.</exception>
    public static void Refuse(IEnumerable<PipelineDefinition> pipelines)
    {
        if (pipelines.FirstOrDefault(pipeline => pipeline.Direction == SyncDirection.PostgresToSnowflake) is not { } outbound) return;
        throw new ConfigurationException(
            $"{outbound.Name}: rows travel to Snowflake as files, so no transform can be given each of them.",
            "Leave the transform out, name the tables that go to PostgreSQL, or use the key 'transform' of the YAML file.");
    }
}
