using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.IntegrationTests.Sync;

/// <summary>What arrives depends neither on the language of the process nor on where it runs.</summary>
[Collection(SyncCollection.Name)]
public sealed class CultureTests(SyncServer server)
{
    private static readonly string[] s_rows =
    [
        "1|-1234567.89|-0.000001|2024-03-31|02:30:00.5|2024-03-31T02:30:00.123456|2024-03-30T21:00:00+00:00|2024-03-31T02:30:00+00:00|İıIi|true|[1.5, -2]|1e-07",
        "2|0.10|12345678901234567890|0001-01-01|23:59:59.999999|0001-01-01T00:00:00|1969-12-31T23:30:00+00:00|2024-10-27T00:30:00+00:00|ß,;.|false|{\"İ\": null}|1.5",
    ];

    [Theory]
    [InlineData("de-DE", "Europe/Berlin")]
    [InlineData("zh-CN", "Asia/Shanghai")]
    [InlineData("tr-TR", "Asia/Kolkata")]
    [InlineData("ar-SA", "Pacific/Chatham")]
    [InlineData("fa-IR", "America/St_Johns")]
    [InlineData("", "UTC")]
    public async Task A_sync_gives_the_same_rows_under_any_culture_and_time_zone(string culture, string zone)
    {
        var before = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture, CultureInfo.DefaultThreadCurrentCulture, Environment.GetEnvironmentVariable("TZ"));
        try
        {
            // Worker threads too.
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.DefaultThreadCurrentCulture = new CultureInfo(culture);
            Environment.SetEnvironmentVariable("TZ", zone);
            TimeZoneInfo.ClearCachedData();
            if (!OperatingSystem.IsWindows()) Assert.Equal(TimeZoneInfo.FindSystemTimeZoneById(zone).BaseUtcOffset, TimeZoneInfo.Local.BaseUtcOffset);

            await ProveAsync();
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture, CultureInfo.DefaultThreadCurrentCulture) = (before.CurrentCulture, before.CurrentUICulture, before.DefaultThreadCurrentCulture);
            Environment.SetEnvironmentVariable("TZ", before.Item4);
            TimeZoneInfo.ClearCachedData();
        }
    }

    private async Task ProveAsync()
    {
        await using var world = await SyncWorld.CreateAsync(server);
        await world.SourceAsync(
            "CREATE TABLE I_T (ID NUMBER(10,0), N NUMBER(12,2), M NUMBER(38,6), D DATE, T TIME, UPDATED_AT TIMESTAMP_NTZ, Z TIMESTAMP_TZ, L TIMESTAMP_LTZ, I VARCHAR, B BOOLEAN, J VARIANT, F FLOAT)",
            "INSERT INTO I_T SELECT 1, -1234567.89, -0.000001, '2024-03-31', '02:30:00.5', '2024-03-31 02:30:00.123456', '2024-03-31 02:30:00 +0530', '2024-03-31 02:30:00 +0000', 'İıIi', TRUE, PARSE_JSON('[1.5,-2]'), '1e-7'",
            "INSERT INTO I_T SELECT 2, 0.1, 12345678901234567890, '0001-01-01', '23:59:59.999999', '0001-01-01', '1970-01-01 00:00:00 +0030', '2024-10-27 02:30:00 +0200', 'ß,;.', FALSE, PARSE_JSON('{\"İ\":null}'), '1.5'");
        // An upper-case I in names is what a Turkish lower case gets wrong.
        await world.TargetAsync(
            "CREATE TABLE i_t (id bigint PRIMARY KEY, n numeric(12,2), m numeric, d date, t time, updated_at timestamp, z timestamptz, l timestamptz, i text, b boolean, j jsonb, f float8)");
        var pipeline = SyncWorld.Pipeline(p => p with
        {
            Source = "src.public.i_t", Target = "public.i_t", WatermarkColumn = "updated_at", Lookback = new CursorDistance(TimeSpan.FromSeconds(1.5), null), MaxErrors = new ErrorLimit(null, 0.015),
        });

        await world.SyncExpectingAsync(RunStatus.Done, new RowCounts(2, 2, 0, 0, 0, 0), pipeline);

        Assert.Equal(s_rows.Select(Trimmed), (await world.TargetRowsAsync("SELECT id, n, m, d, t, updated_at, z, l, i, b, j, f FROM i_t ORDER BY id")).Select(Trimmed));
        await world.SyncExpectingAsync(RunStatus.Idle, default, pipeline);
        Assert.Equal("2024-03-31T02:30:00.123456000", await world.TargetValueAsync<string>("SELECT cursor FROM etl.watermark"));
        await world.SourceAsync("UPDATE I_T SET N = N * -1, UPDATED_AT = '2024-03-31 02:30:01.5' WHERE ID = 1");
        await world.SyncExpectingAsync(RunStatus.Done, new RowCounts(1, 0, 1, 0, 0, 0), pipeline);
        Assert.Equal(["1234567.89"], await world.TargetRowsAsync("SELECT n FROM i_t WHERE id = 1"));
    }

    // An unbounded numeric keeps the source's scale.
    private static string Trimmed(string row) => row.Replace("12345678901234567890.000000", "12345678901234567890", StringComparison.Ordinal);
}
