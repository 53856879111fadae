using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.ToSnowflake;

/// <summary>Columns that change on their way.</summary>
[Collection(SyncCollection.Name)]
public sealed class OutboundTransformTests(SyncServer server)
{
    [Fact]
    public async Task Steps_computed_columns_and_values_that_cannot_be_taken()
    {
        await using var world = await OutboundWorld.CreateAsync(
            server,
            "CREATE TABLE t (id bigint PRIMARY KEY, state text, card text, seen text, updated_at timestamptz)",
            "CREATE TABLE T (ID NUMBER(38,0) NOT NULL, STATE VARCHAR, CARD VARCHAR, SEEN_AT TIMESTAMP_NTZ(6), SHOP VARCHAR, TWICE NUMBER(38,0), UPDATED_AT TIMESTAMP_TZ(6))");
        await world.TargetAsync(
            """
            INSERT INTO t VALUES (1, ' CA ', '4111111111111111', '2025-12-31 23:59:59', now() - interval '1 minute'),
                (2, NULL, '', '12/31/2025', now() - interval '1 minute'), (3, 'a "q", \', 'x', 'some day', now() - interval '1 minute')
            """);
        var pipeline = OutboundWorld.Pipeline(p => p with
        {
            Transforms =
            [
                new ColumnTransform("state", [new TrimStep(), new MapStep(new Dictionary<string, string?> { ["CA"] = "California" })]),
                new ColumnTransform("card", [new NullIfStep([""]), new MaskStep(4)]),
                new ColumnTransform("seen", [new CastStep(new CastType(CastKind.Timestamp)), new RenameStep("seen_at")]),
                new ColumnTransform("shop", [new ConstantStep("it's main")]),
                new ColumnTransform("twice", [new SqlStep("id * 2"), new CastStep(new CastType(CastKind.Integer))]),
            ],
        });

        await world.SyncOutAsync(RunStatus.Quarantined, new RowCounts(3, 2, 0, 0, 0, 1), pipeline);

        Assert.Equal(
            ["1|California|************1111|2025-12-31 23:59:59|it's main|2", "2|~|~|2025-12-31 00:00:00|it's main|4"],
            await world.SourceRowsAsync("SELECT ID, STATE, CARD, TO_VARCHAR(SEEN_AT, 'YYYY-MM-DD HH24:MI:SS'), SHOP, TWICE FROM T ORDER BY ID"));
        Assert.Equal(
            ["3|some day|a \"q\", \\|SEEN_AT"], await world.TargetRowsAsync("SELECT payload->>'ID' AS i, payload->>'SEEN_AT' AS s, payload->>'STATE' AS t, column_name FROM etl.quarantine"));
        await world.TargetAsync("UPDATE t SET seen = '2025-01-01', updated_at = now() - interval '1 second' WHERE id = 3");
        await world.SyncOutAsync(RunStatus.Done, new RowCounts(3, 1, 0, 2, 0, 0), pipeline);
        Assert.Equal(["resolved"], await world.TargetRowsAsync("SELECT status FROM etl.quarantine"));
    }
}
