using EtlTools.Core;
using EtlTools.Core.Check;
using EtlTools.Core.Config;
using EtlTools.Core.State;
using EtlTools.IntegrationTests.Sync.World;
using EtlTools.LocalWarehouse;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EtlTools.IntegrationTests.ToSnowflake;

/// <summary>What a check says of tables that go to Snowflake: each finding's remedy, run as it is, removes it.</summary>
[Collection(SyncCollection.Name)]
public sealed class OutboundCheckTests(SyncServer server)
{
    [Fact]
    public async Task A_table_that_is_as_it_must_be_has_no_finding_but_good_ones()
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        await world.TargetAsync("CREATE INDEX ON t (updated_at)");

        var findings = await CheckAsync(world, OutboundWorld.Pipeline());

        Assert.All(findings, finding => Assert.Equal(CheckSeverity.Ok, finding.Severity));
        Assert.Contains(findings, finding => finding.Message.Contains("fit together: 3 columns", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Message.Contains("key is unique", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_missing_index_is_a_warning_whose_remedy_makes_it()
    {
        await using var world = await OutboundWorld.CreateAsync(server);

        var warning = Assert.Single(await CheckAsync(world, OutboundWorld.Pipeline()), finding => finding.Severity != CheckSeverity.Ok);

        Assert.Equal(CheckSeverity.Warning, warning.Severity);
        await world.TargetAsync(warning.Remedy!);
        Assert.DoesNotContain(await CheckAsync(world, OutboundWorld.Pipeline()), finding => finding.Severity != CheckSeverity.Ok);
    }

    [Fact]
    public async Task Columns_that_do_not_fit_come_with_the_DDL_that_repairs_them()
    {
        await using var world = await OutboundWorld.CreateAsync(server, target: "CREATE TABLE T (ID NUMBER(9,0) NOT NULL, UPDATED_AT TIMESTAMP_TZ(6))");

        var error = Assert.Single(await CheckAsync(world, OutboundWorld.Pipeline()), finding => finding.Severity == CheckSeverity.Error);

        Assert.Contains("column ID", error.Message, StringComparison.Ordinal);
        Assert.Contains("name", error.Message, StringComparison.Ordinal);
        foreach (var statement in error.Remedy!.Split(Environment.NewLine)) await world.SourceAsync(statement.Split(" -- ")[0].TrimEnd(';'));
        Assert.DoesNotContain(await CheckAsync(world, OutboundWorld.Pipeline()), finding => finding.Severity == CheckSeverity.Error);
    }

    [Fact]
    public async Task The_DDL_for_a_missing_target_makes_one_that_a_sync_fills()
    {
        await using var world = await OutboundWorld.CreateAsync(server, source: "CREATE TABLE t (id bigint PRIMARY KEY, price numeric(10,2), secret text, state text, updated_at timestamptz)");
        await world.TargetAsync("INSERT INTO t VALUES (1, 9.99, 's', ' CA ', now() - interval '1 hour')");
        var pipeline = OutboundWorld.Pipeline(p => p with
        {
            Target = "SRC.PUBLIC.RAW_T",
            Exclude = ["secret"],
            SoftDeleteColumn = "is_deleted",
            Transforms = [new("state", [new TrimStep(), new RenameStep("region")]), new("shop", [new ConstantStep("7"), new CastStep(new(CastKind.Integer))])],
        });

        var error = Assert.Single(await CheckAsync(world, pipeline), finding => finding.Severity == CheckSeverity.Error);
        await world.SourceAsync(error.Remedy!.Split(Environment.NewLine)[0].TrimEnd(';'));

        Assert.DoesNotContain(await CheckAsync(world, pipeline), finding => finding.Severity == CheckSeverity.Error);
        await world.SyncOutAsync(RunStatus.Done, new RowCounts(1, 1, 0, 0, 0, 0), pipeline);
        Assert.Equal(["1|9.99|CA|7|true"], await world.SourceRowsAsync("SELECT ID, TO_VARCHAR(PRICE), REGION, TO_VARCHAR(SHOP), TO_VARCHAR(_LOADED_AT IS NOT NULL) FROM RAW_T"));
    }

    [Fact]
    public async Task A_user_who_does_not_see_open_transactions_is_told()
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        var dsn = new NpgsqlConnectionStringBuilder(world.TargetDsn);
        var user = "check_" + dsn.Database;
        await world.TargetAsync($"CREATE ROLE {user} LOGIN PASSWORD 'x'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {user}; GRANT USAGE ON SCHEMA etl TO {user}; GRANT SELECT ON ALL TABLES IN SCHEMA etl TO {user}; CREATE INDEX ON t (updated_at)");
        (dsn.Username, dsn.Password) = (user, "x");
        var settings = world.Settings with { Postgres = world.Settings.Postgres! with { ConnectionString = dsn.ConnectionString } };

        var blind = Assert.Single(await CheckAsync(settings, OutboundWorld.Pipeline()), finding => finding.Severity != CheckSeverity.Ok);
        Assert.Equal((CheckSeverity.Error, true), (blind.Severity, blind.Remedy!.StartsWith("GRANT pg_read_all_stats", StringComparison.Ordinal)));
        var settled = Assert.Single(await CheckAsync(settings, OutboundWorld.Pipeline(p => p with { Settle = TimeSpan.FromMinutes(5) })), finding => finding.Severity != CheckSeverity.Ok);
        Assert.Equal(CheckSeverity.Warning, settled.Severity);
        await world.TargetAsync(blind.Remedy!.Split(" -- ")[0]);
        Assert.DoesNotContain(await CheckAsync(settings, OutboundWorld.Pipeline()), finding => finding.Severity != CheckSeverity.Ok);
        await world.TargetAsync($"REVOKE SELECT ON t FROM {user}");
        var unread = Assert.Single(await CheckAsync(settings, OutboundWorld.Pipeline()), finding => finding.Severity == CheckSeverity.Error);
        Assert.StartsWith("GRANT SELECT ON", unread.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_occur_twice_and_number_cursors_are_warned_of()
    {
        await using var world = await OutboundWorld.CreateAsync(server, source: "CREATE TABLE t (id bigint, name text, updated_at timestamptz, version bigint)");
        await world.TargetAsync("INSERT INTO t SELECT i / 2, 'x', now(), i FROM generate_series(2, 7) i");
        var pipeline = OutboundWorld.Pipeline(p => p with { WatermarkColumn = "version", Exclude = ["version"] });

        var warnings = (await CheckAsync(world, pipeline)).Where(finding => finding.Severity == CheckSeverity.Warning).Select(finding => finding.Message).ToList();

        Assert.Contains(warnings, message => message.StartsWith("3 keys (id)", StringComparison.Ordinal));
        Assert.Contains(warnings, message => message.Contains("version is a number", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stage_that_is_not_there_is_an_error()
    {
        await using var world = await OutboundWorld.CreateAsync(server);
        var pipeline = OutboundWorld.Pipeline(p => p with { Files = StageFiles.Default with { Stage = "@SRC.PUBLIC.LANDING" } });

        Assert.Contains(await CheckAsync(world, pipeline), finding => finding.Severity == CheckSeverity.Error && finding.Message.Contains("@SRC.PUBLIC.LANDING", StringComparison.Ordinal));
        await world.SourceAsync("CREATE STAGE LANDING");
        Assert.DoesNotContain(await CheckAsync(world, pipeline), finding => finding.Severity == CheckSeverity.Error);
    }

    private static Task<IReadOnlyList<CheckFinding>> CheckAsync(SyncWorld world, PipelineDefinition pipeline) => CheckAsync(world.Settings, pipeline);

    private static async Task<IReadOnlyList<CheckFinding>> CheckAsync(EtlSettings settings, PipelineDefinition pipeline)
    {
        await using var services = new EtlServices(settings, LocalWarehouseFactory.Instance, NullLoggerFactory.Instance, TimeProvider.System);
        return await new ConnectionCheck(services).RunAsync(new EtlConfiguration("etl.yaml", TimeSpan.FromMinutes(2), [pipeline]), CancellationToken.None);
    }
}
