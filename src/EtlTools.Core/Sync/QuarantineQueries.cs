using EtlTools.Core.Snowflake;
using EtlTools.Core.Sync.Drift;

namespace EtlTools.Core.Sync;

/// <summary>Reads source rows by key, a hundred at a time.</summary>
internal sealed class QuarantineQueries(TablePlan plan, IReadOnlyList<string> projections, IReadOnlyList<IReadOnlyList<string>> keys) : ISourceQueries
{
    private const int KeysPerQuery = 100;

    /// <inheritdoc/>
    public int Count => (keys.Count + KeysPerQuery - 1) / KeysPerQuery;

    /// <inheritdoc/>
    public SourceQuery Get(int index, string? resumeAt)
    {
        var chunk = keys.Skip(index * KeysPerQuery).Take(KeysPerQuery).ToList();
        var columns = plan.Key.Select(name => plan.Columns.First(column => column.Target == name).Source).ToList();
        var match = "(" + string.Join(" AND ", columns.Select(column => $"{SnowflakeIdentifier.Quote(column.Name)} = {SnowflakeText.Bind(column)}")) + ")";
        var sql = $"SELECT {string.Join(", ", projections)} FROM {plan.Source.Name.ToSql()} WHERE {string.Join(" OR ", Enumerable.Repeat(match, chunk.Count))}";
        return new SourceQuery(sql, [.. chunk.SelectMany(key => key)], null);
    }
}
