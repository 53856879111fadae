using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Postgres;
using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>The CREATE TABLE that a pipeline's target needs in Snowflake.</summary>
internal static class OutboundDdl
{
    /// <summary>Writes it: the columns that travel, under the names they have there, and those the sync fills itself.</summary>
    public static string Create(SnowflakeTableName name, PostgresTable source, PipelineDefinition pipeline)
    {
        var columns = Columns(source, pipeline).ToList();
        if (columns.TrueForAll(column => column.Name != LoadedAtColumn.Name)) columns.Add((LoadedAtColumn.Name, "TIMESTAMP_NTZ(6)"));
        if (pipeline.SoftDeleteColumn is { } mark) columns.Add((SnowflakeNames.Natural(mark), "BOOLEAN DEFAULT FALSE"));
        var lines = columns.Select(column => $"{SnowflakeIdentifier.Quote(column.Name)} {column.Type}");
        var key = pipeline.Key.Select(column => SnowflakeIdentifier.Quote(SnowflakeNames.Natural(column)));
        return $"CREATE TABLE {name.ToSql()} ({string.Join(", ", lines)}, PRIMARY KEY ({string.Join(", ", key)}));";
    }

    private static IEnumerable<(string Name, string Type)> Columns(PostgresTable source, PipelineDefinition pipeline)
    {
        foreach (var column in source.Columns.Where(column => Travels(column, pipeline)))
        {
            var transform = pipeline.Transforms.FirstOrDefault(t => t.Column == column.Name);
            var listed = pipeline.Columns?.First(mapping => mapping.Source == column.Name).Target;
            var name = listed is null || listed == column.Name ? transform?.NewName ?? column.Name : listed;
            yield return (SnowflakeNames.Natural(name), TypeOf(column, transform) + (column.NotNull && transform is null ? " NOT NULL" : ""));
        }

        foreach (var transform in pipeline.Transforms.Where(t => t.IsComputed && source.Find(t.Column) is null))
            yield return (SnowflakeNames.Natural(transform.NewName ?? transform.Column), TypeOf(null, transform));
    }

    private static bool Travels(PostgresColumn column, PipelineDefinition pipeline) => pipeline.Columns is { } columns
        ? columns.Any(mapping => mapping.Source == column.Name)
        : !pipeline.Exclude.Contains(column.Name);

    // A renamed column is what it was; text that a step has worked on is text, unless it is cast in the end.
    private static string TypeOf(PostgresColumn? column, ColumnTransform? transform)
    {
        if (column is not null && (transform is null || transform.Steps.All(step => step is RenameStep))) return SnowflakeTypeMap.Of(column.Type).Type.ToSql();
        return transform!.Steps.LastOrDefault(step => step is not RenameStep) is CastStep { Type: var type } ? TypeOf(type) : "VARCHAR";
    }

    private static string TypeOf(CastType type) => type.Kind switch
    {
        CastKind.Integer => "NUMBER(19,0)",
        CastKind.Numeric when type.Precision is { } precision => string.Create(CultureInfo.InvariantCulture, $"NUMBER({precision},{type.Scale})"),
        CastKind.Float => "FLOAT",
        CastKind.Boolean => "BOOLEAN",
        CastKind.Date => "DATE",
        CastKind.Timestamp => "TIMESTAMP_NTZ(6)",
        CastKind.TimestampWithZone => "TIMESTAMP_TZ(6)",
        CastKind.Json => "VARIANT",
        _ => "VARCHAR",
    };
}
