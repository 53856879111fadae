using EtlTools.Core.State;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Sync;

/// <summary>Every value arrives as it is: no digit, fraction, offset, blank or code point is lost or added.</summary>
[Collection(SyncCollection.Name)]
public sealed class ExactTypeTests(SharedWorld shared) : IClassFixture<SharedWorld>
{
    private readonly SyncWorld _world = shared.World;

    public static TheoryData<string> Types => [.. ExactValues.All.Keys];

    [Fact]
    public void The_table_of_values_is_as_large_as_promised() =>
        Assert.True(ExactValues.All.Values.Sum(type => type.Values.Count) >= 150);

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Extremes_arrive_exact_in_the_natural_type(string type)
    {
        var values = ExactValues.All[type];
        await ProveAsync(values, "natural", values.Natural, "v::text", values.Values.Select(v => v.InType));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Extremes_arrive_exact_in_text(string type)
    {
        var values = ExactValues.All[type];
        await ProveAsync(values, "text", "text", values.TextAs is { } known ? $"(v::{known})::text" : "v", values.Values.Select(v => v.Text));
    }

    private async Task ProveAsync(TypeCase type, string way, string targetType, string projection, IEnumerable<string> expected)
    {
        var table = $"x_{way}_{string.Concat(type.Type.Select(c => char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_'))}";
        var rows = type.Values.Select((value, i) => $"{i}, {value.Source}::{type.Type}, '2024-01-01'::TIMESTAMP_NTZ")
            .Append($"{type.Values.Count}, NULL::{type.Type}, '2024-01-01'::TIMESTAMP_NTZ");
        await _world.SourceAsync(
            $"CREATE TABLE {table} (ID NUMBER(10,0), V {type.Type}, UPDATED_AT TIMESTAMP_NTZ)",
            SnowSql.Insert(table, rows));
        await _world.TargetAsync($"CREATE TABLE {table} (id bigint PRIMARY KEY, v {targetType}, updated_at timestamp)");
        var pipeline = SyncWorld.Pipeline(p => p with { Name = table, Source = $"SRC.PUBLIC.{table}", Target = $"public.{table}" });
        var count = type.Values.Count + 1;

        await _world.SyncExpectingAsync(RunStatus.Done, new RowCounts(count, count, 0, 0, 0, 0), pipeline);

        var arrived = await _world.TargetRowsAsync($"SELECT {projection} AS v FROM {table} ORDER BY id");
        Assert.Equal([.. expected, "~"], arrived);
        Assert.Equal([$"{type.Values.Count}"], await _world.TargetRowsAsync($"SELECT id FROM {table} WHERE v IS NULL"));

        // One more row makes the next run read all of them again: what was written must be found as it is.
        await _world.SourceAsync($"INSERT INTO {table} SELECT {count}, NULL, '2024-01-01'::TIMESTAMP_NTZ");
        await _world.SyncExpectingAsync(RunStatus.Done, new RowCounts(count + 1, 1, 0, count, 0, 0), pipeline);
    }
}
