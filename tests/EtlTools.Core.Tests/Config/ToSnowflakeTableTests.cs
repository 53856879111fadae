using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using Xunit;

namespace EtlTools.Core.Tests.Config;

/// <summary>The keys of a table that goes from PostgreSQL to Snowflake.</summary>
public sealed class ToSnowflakeTableTests
{
    [Fact]
    public void The_file_of_the_requirements_is_read_as_it_stands()
    {
        var configuration = Parse("""
            sync_interval_seconds: 120
            default_batch_size: 1000
            tables:
              - source: public.orders
                target: RAW.ORDERS
                pk: order_id
                watermark_column: updated_at
                batch_size: 500
                transform:
                  state: {map: {CA: California}}
              - source: public.order_items
                target: RAW.ORDER_ITEMS
                pk: [order_id, line]
                watermark_column: created_at
                mode: append
              - {source: public.products, target: RAW.PRODUCTS, pk: product_id}
            """);
        Assert.Equal(TimeSpan.FromSeconds(120), configuration.SyncInterval);
        Assert.All(configuration.Pipelines, p => Assert.Equal(SyncDirection.PostgresToSnowflake, p.Direction));
        Assert.Equal([500, 1000, 1000], configuration.Pipelines.Select(p => p.BatchSize));
        Assert.Equal([WriteMode.Merge, WriteMode.Append, WriteMode.Full], configuration.Pipelines.Select(p => p.WriteMode));
        Assert.Equal(["state"], configuration.Pipelines[0].Transforms.Select(t => t.Column));
        Assert.Empty(configuration.Pipelines[1].Transforms);
        Assert.Equal((null, null, StageFiles.Default), (configuration.Pipelines[1].SoftDeleteColumn, configuration.Pipelines[1].ExpectedRows, configuration.Pipelines[1].Files));
    }

    [Fact]
    public void Every_key_arrives()
    {
        var table = Assert.Single(Parse("""
            tables:
              - name: orders
                domain: shop
                source: public.orders
                target: RAW.ORDERS
                pk: order_id
                watermark_column: updated_at
                mode: merge
                exclude: [note]
                delete: soft:is_deleted
                lookback: 2m
                settle: 5s
                expected_rows: 5000000000
                files: {format: parquet, size: 64MB, stage: "@RAW.LANDING/orders"}
            """).Pipelines);
        Assert.Equal((WriteMode.Merge, "is_deleted", 5_000_000_000L), (table.WriteMode, table.SoftDeleteColumn, table.ExpectedRows));
        Assert.Equal(new StageFiles(StageFileFormat.Parquet, 64 * 1024 * 1024, "@RAW.LANDING/orders"), table.Files);
        Assert.Equal(["note"], table.Exclude);
        Assert.Equal((TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(5)), (table.Lookback.Duration, table.Settle));
    }

    [Theory]
    [InlineData("on_missing_parent: stub", "on_missing_parent")]
    [InlineData("invalid_text: strip", "invalid_text")]
    [InlineData("fine_time: truncate", "fine_time")]
    public void A_key_of_the_other_direction_is_refused_towards_Snowflake(string line, string key) => Assert.Equal(
        [$"etl.yaml:2:{38 + key.Length}: '{key}' is only for snowflake_to_postgres, and this table goes postgres_to_snowflake; remove it or change 'direction'."],
        Problems($"tables:\n  - {{source: a, target: b, pk: id, {line}}}"));

    [Theory]
    [InlineData("mode: append", "mode")]
    [InlineData("delete: soft:x", "delete")]
    [InlineData("files: {format: csv}", "files")]
    [InlineData("transform: {a: trim}", "transform")]
    public void A_key_of_the_other_direction_is_refused_towards_PostgreSQL(string line, string key) => Assert.Equal(
        [$"etl.yaml:3:{38 + key.Length}: '{key}' is only for postgres_to_snowflake, and this table goes snowflake_to_postgres; remove it or change 'direction'."],
        Problems($"direction: snowflake_to_postgres\ntables:\n  - {{source: a, target: b, pk: id, {line}}}"));

    [Theory]
    [InlineData("mode: append", "2:42: 'mode: append' needs a 'watermark_column'; without one only 'mode: full' is possible.")]
    [InlineData("mode: replace", "2:42: 'mode': 'replace' is not one of merge, append, full.")]
    [InlineData("watermark_column: t, delete: hard", "2:65: 'delete': 'hard' is not ignore, or soft: and the column to set, such as soft:is_deleted.")]
    [InlineData("watermark_column: t, mode: append, delete: soft:gone", "2:79: 'delete: soft' marks rows of a table that is merged; with 'mode: append' there are none to mark.")]
    [InlineData("delete: soft:gone", "2:44: 'delete: soft' marks rows of a table that is merged; with 'mode: full' there are none to mark.")]
    [InlineData("expected_rows: many", "2:51: 'expected_rows': 'many' is not a number of rows.")]
    [InlineData("expected_rows: -1", "2:51: 'expected_rows': '-1' is not a number of rows.")]
    [InlineData("files: parquet", "2:43: 'files' has to be a map with format, size, stage or min_rows, not a single value.")]
    [InlineData("files: {kind: csv}", "2:44: there is no key 'kind' here.")]
    [InlineData("files: {format: json}", "2:52: 'format': 'json' is not one of csv, parquet.")]
    [InlineData("files: {size: 10}", "2:50: 'size': '10' is not a size from 64KB to 5GB, such as 64MB.")]
    [InlineData("files: {size: 63KB}", "2:50: 'size': '63KB' is not a size from 64KB to 5GB, such as 64MB.")]
    [InlineData("files: {size: 6GB}", "2:50: 'size': '6GB' is not a size from 64KB to 5GB, such as 64MB.")]
    [InlineData("files: {stage: RAW.S}", "2:51: 'stage': 'RAW.S' is not a stage as written in SQL, such as @~, @%ORDERS or @RAW.LANDING/orders.")]
    public void What_is_wrong_is_said_with_its_place(string keys, string expected) =>
        Assert.Equal(["etl.yaml:" + expected], Problems($"tables:\n  - {{source: a, target: b, pk: id, {keys}}}"));

    [Theory]
    [InlineData("@~")]
    [InlineData("@~/a/b=1/")]
    [InlineData("@%ORDERS")]
    [InlineData("@my_s3_stage")]
    [InlineData("@DB.RAW.\\\"My stage\\\"/规模")]
    public void A_stage_is_kept_as_written(string stage) =>
        Assert.Equal(stage.Replace("\\\"", "\"", StringComparison.Ordinal), Assert.Single(Parse($"tables:\n  - {{source: a, target: b, pk: id, files: {{stage: \"{stage}\"}}}}").Pipelines).Files.Stage);

    [Theory]
    [InlineData("@s; drop table x")]
    [InlineData("@s' x")]
    [InlineData("@s/a b")]
    [InlineData("@s/--x y")]
    [InlineData("@a.b.c.d")]
    [InlineData("@")]
    public void A_stage_that_could_be_more_than_a_name_is_refused(string stage) =>
        Assert.Contains("is not a stage", Assert.Single(Problems($"tables:\n  - {{source: a, target: b, pk: id, files: {{stage: \"{stage}\"}}}}")), StringComparison.Ordinal);

    private static EtlConfiguration Parse(string text) => ConfigurationFile.Parse(text, "etl.yaml", new SyncSettings());

    private static IReadOnlyList<string> Problems(string text) => Assert.Throws<ConfigurationException>(() => Parse(text)).Problems;
}
