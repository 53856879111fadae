using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using Xunit;

namespace EtlTools.Core.Tests.Config;

public sealed class ConfigurationFileTests
{
    [Fact]
    public void The_examples_of_the_repository_are_valid()
    {
        var medical = ConfigurationFile.Load(RepositoryFile.PathOf("config/etl.example.yaml"), new SyncSettings());
        var table = Assert.Single(medical.Pipelines);
        Assert.Equal(
            ("notification_text", "medical", SyncDirection.SnowflakeToPostgres, "MEDICAL.PUBLIC.NOTIFICATION_TEXT", "public.notification_text", "UPDATED_AT"),
            (table.Name, table.Domain, table.Direction, table.Source, table.Target, table.WatermarkColumn));
        Assert.Equal(["notification_id"], table.Key);
        Assert.Equal(["UPDATED_AT"], table.Exclude);

        var shop = ConfigurationFile.Load(RepositoryFile.PathOf("config/ecommerce.yaml"), new SyncSettings());
        Assert.Equal(["customers", "products", "orders", "order_items"], shop.Pipelines.Select(p => p.Name));
        Assert.Equal(["updated_at", "updated_at", "updated_at", "created_at"], shop.Pipelines.Select(p => p.WatermarkColumn));
        Assert.All(shop.Pipelines, p => Assert.Equal((SyncDirection.PostgresToSnowflake, 1000), (p.Direction, p.BatchSize)));
        Assert.Equal([WriteMode.Merge, WriteMode.Merge, WriteMode.Merge, WriteMode.Append], shop.Pipelines.Select(p => p.WriteMode));
        Assert.Equal([50_000, 200, 100_000, 250_000], shop.Pipelines.Select(p => p.ExpectedRows!.Value));
    }

    [Fact]
    public void The_tables_that_the_example_only_shows_are_valid_too()
    {
        var text = File.ReadAllText(RepositoryFile.PathOf("config/etl.example.yaml"));
        var uncommented = System.Text.RegularExpressions.Regex.Replace(text, "(?m)^  # (- source|  [a-z_]+: )", "  $1");
        var pipelines = ConfigurationFile.Parse(uncommented, "etl.yaml", new SyncSettings()).Pipelines;
        Assert.Equal([SyncDirection.SnowflakeToPostgres, SyncDirection.SnowflakeToPostgres, SyncDirection.PostgresToSnowflake], pipelines.Select(pipeline => pipeline.Direction));
        Assert.Equal(new StageFiles(StageFileFormat.Csv, 64 << 20, "@~", 1001), pipelines[2].Files);
        Assert.Single(pipelines[2].Transforms);
    }

    [Fact]
    public void Every_key_arrives_also_where_the_comma_is_the_decimal_point()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        try
        {
            var table = Assert.Single(Parse("""
                direction: snowflake_to_postgres
                tables:
                  - name: 年金
                    domain: finance
                    source: DB.S."规模明细"
                    target: public."规模明细"
                    pk: [年金计划号, "Part No"]
                    watermark_column: CHANGE_NO
                    columns: {A: 年金计划号, "B c": Part No, D: d}
                    batch_size: 500
                    max_errors: 0.5%
                    lookback: 12.5
                    settle: 30s
                    cursor_time_zone: Asia/Shanghai
                    on_new_column: add
                    on_missing_parent: stub
                    invalid_text: replace
                    fine_time: truncate
                    null_cursor: sweep
                """).Pipelines);
            Assert.Equal("年金", table.Name);
            Assert.Equal("DB.S.\"规模明细\"", table.Source);
            Assert.Equal("public.\"规模明细\"", table.Target);
            Assert.Equal(["年金计划号", "Part No"], table.Key);
            Assert.Equal([new ColumnMapping("A", "年金计划号"), new ColumnMapping("B c", "Part No"), new ColumnMapping("D", "d")], table.Columns!);
            Assert.Equal((500, new ErrorLimit(null, 0.005), new CursorDistance(null, 12.5m), TimeSpan.FromSeconds(30)), (table.BatchSize, table.MaxErrors, table.Lookback, table.Settle));
            Assert.Equal(("Asia/Shanghai", NewColumnPolicy.Add, MissingParentPolicy.Stub, InvalidTextPolicy.Replace, FineTimePolicy.Truncate, true),
                (table.CursorTimeZone, table.OnNewColumn, table.OnMissingParent, table.InvalidText, table.FineTime, table.SweepNullCursors));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Defaults_come_from_the_settings_then_the_top_of_the_file_then_the_table()
    {
        var settings = new SyncSettings { BatchSize = 7, MaxErrors = new ErrorLimit(3, null), Lookback = TimeSpan.FromHours(1), Settle = TimeSpan.FromSeconds(9) };
        const string table = "tables:\n  - {source: a, target: T.A, pk: id}\n";
        var plain = ConfigurationFile.Parse(table, "etl.yaml", settings);
        Assert.Equal(TimeSpan.FromSeconds(120), plain.SyncInterval);
        var first = plain.Pipelines[0];
        Assert.Equal(("T.A", 7, settings.MaxErrors, new CursorDistance(TimeSpan.FromHours(1), null), TimeSpan.FromSeconds(9)), (first.Name, first.BatchSize, first.MaxErrors, first.Lookback, first.Settle));

        var changed = ConfigurationFile.Parse(
            "sync_interval_seconds: 5\ndefault_batch_size: 1000\ndefault_max_errors: 2%\ndefault_lookback: 0\ndefault_settle: 1m\n" + table + "  - {source: b, target: T.B, pk: id, batch_size: 10, lookback: 2h}\n", "etl.yaml", settings);
        Assert.Equal(TimeSpan.FromSeconds(5), changed.SyncInterval);
        Assert.Equal((1000, new ErrorLimit(null, 0.02), new CursorDistance(TimeSpan.Zero, 0), TimeSpan.FromMinutes(1)), (changed.Pipelines[0].BatchSize, changed.Pipelines[0].MaxErrors, changed.Pipelines[0].Lookback, changed.Pipelines[0].Settle));
        Assert.Equal((10, new CursorDistance(TimeSpan.FromHours(2), null)), (changed.Pipelines[1].BatchSize, changed.Pipelines[1].Lookback));
    }

    [Fact]
    public void All_problems_are_reported_at_once_with_their_places()
    {
        var problems = Problems("""
            direction: sideways
            sync_interval_seconds: soon
            tabels: []
            tables:
              - source: a
                tagret: b
                pk: []
                batch_size: 0
                lookback: ten minutes
                cursor_time_zone: China Standard Time
              - just text
              - source: [x]
                target: c
                target: d
                pk: id
                null_cursor: drop
                columns: {a: x, b: x}
                exclude: b
            """);
        Assert.Equal(
            [
                "etl.yaml:1:12: 'direction': 'sideways' is not one of postgres_to_snowflake, snowflake_to_postgres.",
                "etl.yaml:2:24: 'sync_interval_seconds': 'soon' is not a whole number from 1 to 604800.",
                "etl.yaml:3:1: there is no key 'tabels' here. Did you mean 'tables'?",
                "etl.yaml:5:5: 'target' is missing.",
                "etl.yaml:6:5: there is no key 'tagret' here. Did you mean 'target'?",
                "etl.yaml:7:9: 'pk' is an empty list; remove it or fill it.",
                "etl.yaml:8:17: 'batch_size': '0' is not a whole number from 1 to 1000000.",
                "etl.yaml:9:15: 'lookback': 'ten minutes' is not a duration such as 500ms, 30s, 10m, 2h, 1d, or 0, or a plain number for a numeric watermark column.",
                "etl.yaml:10:23: 'cursor_time_zone': 'China Standard Time' is not a time zone in IANA's form, such as UTC or Asia/Shanghai.",
                "etl.yaml:11:5: each entry of 'tables' has to be a map of keys and values, not a single value.",
                "etl.yaml:12:13: 'source' has to be a single value, not a list.",
                "etl.yaml:14:5: 'target' is here twice; the first is in line 13.",
                "etl.yaml:16:18: 'null_cursor': 'drop' is not one of report, sweep.",
                "etl.yaml:17:14: 'columns' leaves out the key column 'id'.",
                "etl.yaml:17:24: 'columns' fills the target column 'x' twice.",
                "etl.yaml:18:14: 'columns' and 'exclude' say the same thing in two ways; keep one.",
            ],
            problems);
    }

    [Theory]
    [InlineData("", "etl.yaml:1:1: the file is empty.")]
    [InlineData("# only a comment\n", "etl.yaml:1:1: the file is empty.")]
    [InlineData("just text", "etl.yaml:1:1: the file has to be a map of keys and values, not a single value.")]
    [InlineData("tables: []", "etl.yaml:1:9: 'tables' has to be a list with at least one table.")]
    [InlineData("direction: postgres_to_snowflake", "etl.yaml:1:1: 'tables' has to be a list with at least one table.")]
    [InlineData("tables:\n  - source: a\n    target: &x b\n    pk: id", "etl.yaml:3:13: this is not YAML: the anchor '&x' is not supported; write the value out where it is needed.")]
    [InlineData("tables:\n  - {source: *x, target: b, pk: id}", "etl.yaml:2:14: this is not YAML: the alias '*x' is not supported; write the value out.")]
    [InlineData("tables:\n  - {source: !!binary a, target: b, pk: id}", "etl.yaml:2:14: this is not YAML: the tag 'tag:yaml.org,2002:binary' is not supported; leave it out.")]
    [InlineData("tables: [{source: a, target: b, pk: id}]\n---\nx: 1", "etl.yaml:2:1: a second document begins here; put everything into one.")]
    [InlineData("tables:\n  - {source: a, target: b, pk: id, name: }", "etl.yaml:2:36: 'name' has no value; give it one or remove the line.")]
    [InlineData("tables:\n  - {source: a, target: b, pk: [id, id]}", "etl.yaml:2:37: 'pk' names 'id' twice.")]
    [InlineData("tables:\n  - {source: a, target: b}", "etl.yaml:2:5: 'pk' is missing: the key column, or a list of them.")]
    [InlineData("tables:\n  - {source: a, target: b, pk: id, exclude: ID}", "etl.yaml:2:45: 'exclude' leaves out the key column 'id'.")]
    [InlineData("tables:\n  - {source: a, target: b, pk: id}\n  - {source: c, target: d, pk: id, name: B}", "etl.yaml:3:5: the name 'B' is taken by a table above; give one of them another 'name'.")]
    [InlineData("tables:\n  - {source: a, target: s.b, pk: id, name: x}\n  - {source: c, target: S.B, pk: id, name: y}", "etl.yaml:3:5: the target 'S.B' is already written by 'x'.")]
    [InlineData("tables:\n  - {source: ' a', target: b, pk: id}", "etl.yaml:2:14: 'source' is empty, or has blanks around it or control characters in it.")]
    [InlineData("tables:\n  - {source: a, target: b, pk: id, settle: 5}", "etl.yaml:2:44: 'settle': '5' is not a duration such as 500ms, 30s, 10m, 2h, 1d, or 0.")]
    public void What_is_wrong_is_said_with_its_place(string text, string expected) => Assert.Equal([expected], Problems(text));

    [Theory]
    [InlineData("tables: [")]
    [InlineData("a: b: c")]
    [InlineData("tables:\n - a\n b: 1")]
    public void Broken_YAML_is_one_error_with_a_place(string text) =>
        Assert.Matches("^etl\\.yaml:[0-9]+:[0-9]+: this is not YAML: .+\\.$", Assert.Single(Problems(text)));

    [Fact]
    public void Quoted_targets_that_differ_in_case_are_different_tables() =>
        Assert.Equal(2, Parse("tables:\n  - {source: a, target: 's.\"b\"', pk: id, name: x}\n  - {source: c, target: 's.\"B\"', pk: id, name: y}").Pipelines.Count);

    [Fact]
    public void Deep_nesting_is_refused_without_deep_recursion()
    {
        var problem = Assert.Single(Problems("tables: " + new string('[', 5_000)));
        Assert.Contains("more than 16 levels of nesting", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_over_the_limit_is_not_read()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("big.yaml", new string('#', ConfigurationFile.MaximumSize + 1));
        var thrown = Assert.Throws<ConfigurationException>(() => ConfigurationFile.Load(path, new SyncSettings()));
        Assert.Equal($"{path}: the file has 1048577 bytes; at most 1048576 are read.", thrown.Message);
    }

    [Fact]
    public void A_missing_file_and_bytes_that_are_not_text_are_named()
    {
        using var folder = new TemporaryFolder();
        var missing = Path.Combine(folder.Path, "none.yaml");
        Assert.Equal($"{missing}: the file does not exist.", Assert.Throws<ConfigurationException>(() => ConfigurationFile.Load(missing, new SyncSettings())).Message);
        var path = Path.Combine(folder.Path, "latin1.yaml");
        File.WriteAllBytes(path, [(byte)'a', 0xE4, (byte)':']);
        Assert.Equal($"{path}: the file is not UTF-8 text.", Assert.Throws<ConfigurationException>(() => ConfigurationFile.Load(path, new SyncSettings())).Message);
    }

    private static EtlConfiguration Parse(string text) => ConfigurationFile.Parse(text, "etl.yaml", new SyncSettings());

    private static IReadOnlyList<string> Problems(string text) => Assert.Throws<ConfigurationException>(() => Parse(text)).Problems;
}
