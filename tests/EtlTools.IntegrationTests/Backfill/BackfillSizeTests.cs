using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EtlTools.Core.Backfill;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Backfill.World;
using EtlTools.IntegrationTests.Sync.World;
using EtlTools.LocalWarehouse;
using Npgsql;
using Xunit.Abstractions;

namespace EtlTools.IntegrationTests.Backfill;

/// <summary>A large table, whole: as many rows in the target as in the source, and the same ones. ETL_TEST_LONG=1 takes a million.</summary>
[Collection(SyncCollection.Name)]
public sealed class BackfillSizeTests(SyncServer server, ITestOutputHelper output)
{
    private const string SourceText =
        "SELECT ID, NAME, AMOUNT, TO_VARCHAR(CONVERT_TIMEZONE('UTC', SEEN), 'YYYY-MM-DD\"T\"HH24:MI:SS'), LOWER(TO_VARCHAR(RAW, 'HEX')), DOC[0]::VARCHAR, TO_VARCHAR(UPDATED_AT, 'YYYY-MM-DD\"T\"HH24:MI:SS.FF6') FROM H ORDER BY ID";

    private const string TargetText =
        "SELECT id::text, name, amount::text, to_char(seen AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS'), encode(raw, 'hex'), doc->>0, to_char(updated_at, 'YYYY-MM-DD\"T\"HH24:MI:SS.US') FROM h ORDER BY h.id";

    private static readonly int s_rows = Environment.GetEnvironmentVariable("ETL_TEST_LONG") == "1" ? 1_000_000 : 40_000;

    [Theory]
    [InlineData("stream")]
    [InlineData("unload")]
    public async Task Counts_and_checksums_of_source_and_target_are_equal(string method)
    {
        await using var world = await SyncWorld.CreateAsync(server, connection: WarehouseConnection.InProcess);
        var history = await History.CreateAsync(world, "h", s_rows, p => p with { BatchSize = 10_000 });
        await world.TargetAsync("CREATE INDEX h_updated ON h (updated_at)");

        var result = await history.RunExpectingAsync(RunStatus.Done, new BackfillOptions { Method = method, Parallel = 2 });

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{s_rows} rows, {method}, {result.Partitions.Count} partitions: {result.Run!.DurationMs} ms"));
        Assert.Equal(new RowCounts(s_rows, s_rows, 0, 0, 0, 0), result.Run!.Counts);
        var source = await SourceAsync(world);
        var target = await TargetAsync(world);
        output.WriteLine($"source {source}, target {target}");
        Assert.Equal(s_rows, source.Rows);
        Assert.Equal(source, target);
        Assert.Equal(s_rows, await world.TargetValueAsync<long>("SELECT sum(records_read)::bigint FROM etl.batch"));
        Assert.True(await world.TargetValueAsync<bool>("SELECT indisvalid FROM pg_index WHERE indexrelid = 'h_updated'::regclass"));
    }

    private static async Task<(long Rows, string Digest)> SourceAsync(SyncWorld world)
    {
        await using var connection = LocalWarehouseFactory.Instance.CreateConnection()!;
        connection.ConnectionString = new DbConnectionStringBuilder { ["account"] = "local", ["postgres"] = world.WarehouseDsn, ["user"] = "tester" }.ConnectionString;
        await connection.OpenAsync();
        await using var use = connection.CreateCommand();
        use.CommandText = "USE SCHEMA SRC.PUBLIC";
        await use.ExecuteNonQueryAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = SourceText;
        command.CommandTimeout = 0;
        return await DigestAsync(command);
    }

    private static async Task<(long Rows, string Digest)> TargetAsync(SyncWorld world)
    {
        await using var connection = new NpgsqlConnection(world.TargetDsn);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(TargetText, connection) { CommandTimeout = 0 };
        return await DigestAsync(command);
    }

    // Over all values of all rows in the order of the key; NULL is told from an empty text.
    private static async Task<(long Rows, string Digest)> DigestAsync(DbCommand command)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var reader = await command.ExecuteReaderAsync();
        var line = new StringBuilder();
        var rows = 0L;
        for (; await reader.ReadAsync(); rows++)
        {
            line.Clear();
            for (var i = 0; i < reader.FieldCount; i++) line.Append(reader.IsDBNull(i) ? "~" : "=" + reader.GetString(i)).Append('\u001f');
            hash.AppendData(Encoding.UTF8.GetBytes(line.Append('\n').ToString()));
        }

        return (rows, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
