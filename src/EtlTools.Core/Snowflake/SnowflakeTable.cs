namespace EtlTools.Core.Snowflake;

/// <summary>A column of a Snowflake table.</summary>
/// <param name="Name">Name as stored.</param>
/// <param name="Type">Data type.</param>
/// <param name="Nullable">Whether it takes NULL.</param>
/// <param name="Ordinal">Position in the table, from 1.</param>
public sealed record SnowflakeColumn(string Name, SnowflakeType Type, bool Nullable, int Ordinal);

/// <summary>A Snowflake table or view as its catalog describes it.</summary>
/// <param name="Name">Its complete name.</param>
/// <param name="Columns">Its columns in order; at least one.</param>
public sealed record SnowflakeTable(SnowflakeTableName Name, IReadOnlyList<SnowflakeColumn> Columns)
{
    /// <summary>The column of this stored name, or the only one that differs from it in case alone; null when there is none.</summary>
    public SnowflakeColumn? Find(string name)
    {
        var exact = Columns.FirstOrDefault(c => c.Name == name);
        if (exact is not null)
            return exact;
        var near = Columns.Where(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Take(2).ToList();
        return near.Count == 1 ? near[0] : null;
    }
}
