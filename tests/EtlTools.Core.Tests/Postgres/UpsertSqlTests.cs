using EtlTools.Core.Postgres;
using EtlTools.Core.Tests.Texts;
using Xunit;

namespace EtlTools.Core.Tests.Postgres;

public sealed class UpsertSqlTests
{
    private static readonly PostgresForeignKey s_parent = new("orders_plan", ["计划"], new PostgresTableName("public", "Plans"), ["id"]);

    [Fact]
    public void The_statements_of_a_load_are_as_approved() =>
        ApprovedText.Check("sql/upsert.sql", Text(new UpsertSql("pg_temp.etl_stage", "\"public\".\"orders\"", ["id", "v \"x\"", "计划"], ["id"])));

    [Fact]
    public void The_statements_for_a_composite_key_without_other_columns_are_as_approved() =>
        ApprovedText.Check("sql/upsert_keys_only.sql", Text(new UpsertSql("pg_temp.etl_stage", "\"public\".\"pairs\"", ["a", "计划", "etl_n"], ["a", "计划", "etl_n"])));

    [Fact]
    public void The_upsert_of_a_partitioned_table_is_as_approved() => ApprovedText.Check(
        "sql/upsert_partitioned.sql",
        new UpsertSql("pg_temp.etl_stage", "\"public\".\"orders\"", ["id", "day", "v"], ["id", "day"], isPartitioned: true).Upsert + ";\n");

    [Fact]
    public void The_statements_of_a_dry_run_are_as_approved()
    {
        var type = new PostgresType("int8", "bigint", null, null, null, 'N');
        PostgresColumn Column(string name, bool generated = false) => new(name, type, false, false, generated);
        var target = new PostgresTable(
            new PostgresTableName("public", "orders"), [Column("id"), Column("v"), Column("计划"), Column("sum", generated: true)], [["id"], ["v", "计划"], ["other"]], [], [s_parent], false);
        ApprovedText.Check("sql/upsert_dry_run.sql", Text(new UpsertSql("pg_temp.etl_stage", "pg_temp.etl_overlay", ["id", "v", "计划"], ["id"], target)));
    }

    [Theory]
    [InlineData("timestamp", 'D', "sql/upsert_backfill.sql")]
    [InlineData("text", 'S', "sql/upsert_backfill_text.sql")]
    public void The_statements_of_a_backfill_are_as_approved(string type, char category, string file)
    {
        var age = new PostgresColumn("updated at", new PostgresType(type, type, null, null, null, category), NotNull: false, HasDefault: false, IsGenerated: false);
        var sql = new UpsertSql("pg_temp.etl_stage", "\"public\".\"orders\"", ["id", "计划", "updated at"], ["id"], age: age);
        ApprovedText.Check(file, string.Join(";\n\n", sql.CopyCsvIn, sql.CopyCsvToTarget, sql.UpsertAll, sql.Upsert, sql.DeleteSuperseded, sql.Verify) + ";\n");
    }

    private static string Text(UpsertSql sql) => string.Join(";\n\n", new[]
    {
        UpsertSql.CreateStage("pg_temp.etl_stage", "\"public\".\"orders\"", ["id", "v"], emptyAtCommit: true),
        UpsertSql.CreateStage("pg_temp.etl_stage", "\"public\".\"orders\"", ["id", "etl_n"], emptyAtCommit: false),
        UpsertSql.CreateDurableStage("etl.\"full_1\"", "\"public\".\"orders\"", ["id", "v"]),
        sql.CopyIn, sql.CopyIntoTarget, sql.HasRows, sql.Upsert, sql.DeleteSuperseded, sql.Verify, sql.CountStaged, sql.StagedRow, sql.IndexStage, sql.CountMissing, sql.DeleteStaged,
        sql.DeleteMissing, sql.PullIntoOverlay, sql.FindOrphans(s_parent, false), sql.FindOrphans(s_parent, true), sql.FindOrphans(s_parent, false, "pg_temp.etl_overlay_1"), sql.InsertParentStubs(s_parent),
    }.Where(text => text.Length > 0)) + ";\n";
}
