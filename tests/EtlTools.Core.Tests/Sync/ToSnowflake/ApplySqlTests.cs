using EtlTools.Core.Config;
using EtlTools.Core.Files;
using EtlTools.Core.Postgres;
using EtlTools.Core.Snowflake;
using EtlTools.Core.Sync.ToSnowflake;
using EtlTools.Core.Tests.Texts;
using Xunit;

namespace EtlTools.Core.Tests.Sync.ToSnowflake;

/// <summary>The statements that take staged rows into a Snowflake table, and those that read them at PostgreSQL.</summary>
public sealed class ApplySqlTests
{
    private static readonly StagingTables Staging = new("\"DB\".\"RAW\".\"ETL_STAGE_0A\"", "\"DB\".\"RAW\".\"ETL_ROWS_0A\"");

    private static readonly PostgresType s_text = new("text", "text", null, null, null, 'S');
    private static readonly PostgresType s_numeric = new("numeric", "numeric", null, null, null, 'N');
    private static readonly PostgresType s_timestamptz = new("timestamptz", "timestamp with time zone", null, null, 6, 'D');
    private static readonly PostgresType s_bigint = new("int8", "bigint", null, null, null, 'N');

    [Theory]
    [InlineData("apply", StageFileFormat.Csv, true, false)]
    [InlineData("apply_soft_delete_parquet", StageFileFormat.Parquet, false, true)]
    public void The_statements_are_as_approved(string file, StageFileFormat format, bool isKeyUnique, bool isSoft)
    {
        var plan = Plan(isKeyUnique, isSoft);
        var (texts, typed) = (StagingSql.Texts(plan, format, Staging), StagingSql.Typed(plan, format, Staging));
        var apply = texts.Apply;
        ApprovedText.Check($"sql/{file}.sql", Text([
            PostgresExportSql.Copy(plan.Source.Name, plan.Columns.Select(column => column.Projection), "\"updated_at\" > '2024-01-01'"),
            .. typed is null ? [] : new[] { typed.CreateStage("TRANSIENT"), typed.CreateRows("TRANSIENT"), typed.CountStaged, typed.CountTyped, typed.Keys },
            texts.CreateStage("TRANSIENT"), texts.InsertStaged, texts.CopyInto("'@~/etl_tools/0a/1/'", [new StagedFile("it's_1.csv.gz", 1, 1), new StagedFile("b.csv.gz", 1, 1)]),
            texts.CreateRows("TRANSIENT"), texts.Refused, apply.FirstOfTarget, apply.CountNew, apply.Foresee, apply.CountSame, apply.Merge, apply.Append, apply.CountMissing, apply.DeleteMissing, apply.MarkMissing,
            texts.Keys, .. texts.Drop]));
    }

    [Theory]
    [InlineData("typed", true)]
    [InlineData("typed_versions", false)]
    public void Where_COPY_INTO_converts_all_columns_nothing_is_left_but_to_apply_them(string file, bool isKeyUnique)
    {
        var plan = Plan(isKeyUnique, isSoft: false);
        plan = plan with { Columns = [.. plan.Columns.Where((_, i) => i is 0 or 1 or 3)] };
        var typed = StagingSql.Typed(plan, StageFileFormat.Csv, Staging)!;
        Assert.False(typed.IsCounted);
        ApprovedText.Check($"sql/apply_{file}.sql", Text([typed.CreateStage("TRANSIENT"), typed.CreateRows("TRANSIENT"), typed.Apply.Merge, typed.Apply.Append, typed.Keys, .. typed.Drop]));
    }

    [Fact]
    public void A_key_whose_text_could_not_be_told_again_stays_text()
    {
        var plan = Plan(isKeyUnique: true, isSoft: false);
        var typed = StagingSql.Typed(plan with { Columns = [plan.Columns[0], plan.Columns[3]], Key = [0, 1] }, StageFileFormat.Csv, Staging)!;
        Assert.Contains("(\"ID\" NUMBER(38,0) NOT NULL, \"UPDATED_AT\" VARCHAR)", typed.CreateStage("TRANSIENT"), StringComparison.Ordinal);
        Assert.Equal($"SELECT TO_VARCHAR(\"ID\"), \"UPDATED_AT\" FROM {Staging.Stage}", typed.Keys);
        Assert.True(typed.IsCounted);
    }

    [Fact]
    public void A_table_of_nothing_but_its_key_is_never_updated()
    {
        var plan = Plan(isKeyUnique: true, isSoft: false);
        var sql = new ApplySql(plan with { Columns = [plan.Columns[0]], LoadedAt = null }, "R");
        Assert.Equal("MERGE INTO \"DB\".\"RAW\".\"Orders \"\"x\"\"\" t USING R s ON t.\"ID\" = s.\"ID\" WHEN NOT MATCHED THEN INSERT (\"ID\") VALUES (s.\"ID\")", sql.Merge);
    }

    [Fact]
    public void Rows_are_found_again_by_their_keys()
    {
        var plan = Plan(isKeyUnique: true, isSoft: false) with { Key = [0, 3] };
        Assert.Equal(
            "(\"id\" = '7'::int8 AND (\"updated_at\" AT TIME ZONE 'UTC')::text = '2024-01-01 00:00:00') OR (\"id\" = '8'::int8 AND (\"updated_at\" AT TIME ZONE 'UTC')::text = 'it''s')",
            OutboundKeys.Condition(plan, [["7", "2024-01-01 00:00:00"], ["8", "it's"]]));
    }

    [Theory]
    [InlineData("timestamptz", "UTC")]
    [InlineData("timestamp", "Asia/Shanghai")]
    [InlineData("date", "UTC")]
    [InlineData("numeric", "UTC")]
    public void The_statements_of_a_window_at_PostgreSQL_are_as_approved(string type, string zone)
    {
        var cursor = new PostgresCursor(new PostgresColumn("updated \"at\"", new PostgresType(type, type, null, null, null, 'D'), false, false, false), zone);
        var sql = new PostgresWindowSql(new PostgresTableName("public", "规模 明细"), cursor);
        var lookback = new CursorDistance(TimeSpan.FromMinutes(90), 2.5m);
        var cap = cursor.IsTime ? cursor.FromInstant("least('2024-01-02 00:00:00+00'::timestamptz, '2024-01-01 23:00:00+00'::timestamptz)") : null;
        ApprovedText.Check($"sql/postgres_window_{type}.sql", string.Join(";\n\n", new[]
        {
            PostgresWindowSql.OpenTransactions, sql.Bounds(null, null, lookback, cap), sql.Bounds(sql.From("1", lookback), "1", lookback, cap), sql.Bounds(sql.After("1"), "1", CursorDistance.None, cap),
            sql.Distribution(sql.UpTo("it's"), 86_400 * 365), sql.Distribution($"{sql.After("1")} AND {sql.UpTo("2")}", 50_000), sql.Count(sql.From("1", CursorDistance.None)),
        }) + ";\n");
    }

    private static string Text(IEnumerable<string?> statements) => string.Join(";\n\n", statements.Where(text => !string.IsNullOrEmpty(text))) + ";\n";

    private static OutboundPlan Plan(bool isKeyUnique, bool isSoft)
    {
        var source = new PostgresTable(
            new PostgresTableName("public", "orders"), [Column("id", s_bigint), Column("na'me", s_text), Column("price", s_numeric), Column("updated_at", s_timestamptz), Column("raw", s_text)], [["id"]], [], [], false);
        SnowflakeColumn[] columns =
        [
            Target("ID", "NUMBER", false, 38, 0), Target("na\"me", "TEXT", true, length: 20), Target("PRICE", "NUMBER", true, 12, 2), Target("UPDATED_AT", "TIMESTAMP_TZ", true, fraction: 6), Target("RAW", isSoft ? "OBJECT" : "VARIANT", true),
            Target("IS_DELETED", "BOOLEAN", true),
        ];
        return new OutboundPlan(
            source, new SnowflakeTable(SnowflakeTableName.Parse("DB.RAW.\"Orders \"\"x\"\"\""), columns),
            [.. source.Columns.Select((column, i) => new OutboundColumn(OutboundColumn.Project(column), column, columns[i], null))],
            [0], isKeyUnique, "\"_LOADED_AT\"", isSoft ? columns[5] : null, [], []);
    }

    private static PostgresColumn Column(string name, PostgresType type) => new(name, type, false, false, false);

    private static SnowflakeColumn Target(string name, string type, bool nullable, int? precision = null, int? scale = null, long? length = null, int? fraction = null) =>
        new(name, SnowflakeType.FromCatalog(type, length, precision, scale, fraction), nullable, 1);
}
