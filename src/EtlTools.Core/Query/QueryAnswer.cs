namespace EtlTools.Core.Query;

/// <summary>What a query found.</summary>
/// <param name="Columns">Names of its columns, as Snowflake gives them; two may be the same.</param>
/// <param name="Rows">Its rows, each field as Snowflake's text; null is SQL NULL.</param>
/// <param name="IsComplete">Whether these are all rows.</param>
public sealed record QueryAnswer(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string?>> Rows, bool IsComplete)
{
    /// <summary>The columns' names, each different from those before it: a repeated one gets a number.</summary>
    public IReadOnlyList<string> DistinctColumns()
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. Columns.Select(column =>
        {
            var name = column;
            for (var i = 2; !taken.Add(name); i++) name = $"{column}_{i}";
            return name;
        })];
    }
}
