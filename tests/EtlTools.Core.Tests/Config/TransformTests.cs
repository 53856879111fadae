using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using Xunit;

namespace EtlTools.Core.Tests.Config;

public sealed class TransformTests
{
    [Fact]
    public void Every_step_is_read_in_its_order()
    {
        var transforms = Assert.Single(Parse("""
            allow_sql: true
            tables:
              - source: public.customers
                target: RAW.CUSTOMERS
                pk: customer_id
                watermark_column: updated_at
                transform:
                  customer_id: hash
                  name: trim
                  state: [trim, {null_if: ["", N/A]}, upper, {map: {CA: California, "NO": ~, TX: "Texas "}}, {rename: state_name}]
                  email:
                    lower: true
                    null_if: "null"
                    hash: true
                  phone: {mask: 4}
                  iban: mask
                  zip: {regex_replace: {pattern: "-([0-9]{4})$", with: ""}}
                  amount: {cast: "numeric(12,2)"}
                  seen: {cast: TIMESTAMPTZ}
                  shop: {constant: "  main "}
                  nothing: {constant: null}
                  full_name: {sql: "first_name || ' (' || \"Last\""}
            """.Replace("' (' ||", "' (' || ')' ||", StringComparison.Ordinal)).Pipelines).Transforms.ToDictionary(t => t.Column, t => t);

        Assert.Equal([new HashStep()], transforms["customer_id"].Steps);
        Assert.Equal([new TrimStep()], transforms["name"].Steps);
        var state = transforms["state"];
        Assert.Equal([typeof(TrimStep), typeof(NullIfStep), typeof(UpperStep), typeof(MapStep), typeof(RenameStep)], state.Steps.Select(s => s.GetType()));
        Assert.Equal(["", "N/A"], ((NullIfStep)state.Steps[1]).Values);
        Assert.Equal([new("CA", "California"), new("NO", null), new("TX", "Texas ")], ((MapStep)state.Steps[3]).Values);
        Assert.Equal("state_name", state.NewName);
        Assert.Equal([typeof(LowerStep), typeof(NullIfStep), typeof(HashStep)], transforms["email"].Steps.Select(s => s.GetType()));
        Assert.Equal(["null"], ((NullIfStep)transforms["email"].Steps[1]).Values);
        Assert.Equal([new MaskStep(4)], transforms["phone"].Steps);
        Assert.Equal([new MaskStep(0)], transforms["iban"].Steps);
        Assert.Equal([new RegexReplaceStep("-([0-9]{4})$", "")], transforms["zip"].Steps);
        Assert.Equal([new CastStep(new CastType(CastKind.Numeric, 12, 2))], transforms["amount"].Steps);
        Assert.Equal([new CastStep(new CastType(CastKind.TimestampWithZone))], transforms["seen"].Steps);
        Assert.Equal([new ConstantStep("  main ")], transforms["shop"].Steps);
        Assert.Equal([new ConstantStep(null)], transforms["nothing"].Steps);
        Assert.Equal([new SqlStep("first_name || ' (' || ')' || \"Last\"")], transforms["full_name"].Steps);
        Assert.Equal(["full_name", "nothing", "shop"], transforms.Values.Where(t => t.IsComputed).Select(t => t.Column).Order());
    }

    [Fact]
    public void What_the_example_shows_in_comments_is_valid()
    {
        var text = File.ReadAllText(RepositoryFile.PathOf("config/ecommerce.yaml"));
        var uncommented = System.Text.RegularExpressions.Regex.Replace(text, "(?m)^(    )?# (allow_sql|mode|delete|files|transform|  [a-z_]+)(: ?)", "$1$2$3");
        var customers = Parse(uncommented).Pipelines[0];
        Assert.Equal(["state", "phone", "email", "signup_source", "zip", "registered_at_text", "shop", "full_name"], customers.Transforms.Select(t => t.Column));
        Assert.Equal((WriteMode.Merge, null, new StageFiles(StageFileFormat.Csv, 64 << 20, "@%RAW_CUSTOMERS")), (customers.WriteMode, customers.SoftDeleteColumn, customers.Files));
    }

    [Theory]
    [InlineData("trim", "16: 'transform' has to be a map of columns to steps, such as {state: upper}, not a single value.")]
    [InlineData("{}", "16: 'transform' has to be a map of columns to steps, such as {state: upper}, not an empty one.")]
    [InlineData("{a: }", "20: column 'a' needs a step, such as trim, or a list of steps.")]
    [InlineData("{a: []}", "20: column 'a' needs a step, such as trim, or a list of steps.")]
    [InlineData("{a: [[trim]]}", "21: column 'a' needs a step, such as trim, or a list of steps.")]
    [InlineData("{a: trimm}", "20: there is no step 'trimm'. Did you mean 'trim'? Steps are rename, constant, cast, trim, upper, lower, null_if, map, regex_replace, mask, hash, sql.")]
    [InlineData("{a: {trim: yes}}", "27: 'trim' has no argument; write it alone, or 'trim: true'.")]
    [InlineData("{a: trim, a: upper}", "26: 'a' is here twice; the first is in line 6.")]
    [InlineData("{a: {map: {x: 1, x: 2}}}", "33: 'x' is here twice; the first is in line 6.")]
    [InlineData("{a: {map: {x: [1]}}}", "30: 'map': 'x' has to become a single value, not a list.")]
    [InlineData("{a: map}", "20: 'map' has to be a map of texts to texts, such as {CA: California}.")]
    [InlineData("{a: rename}", "20: 'rename' needs a single value; put an empty text or the word null in quotes.")]
    [InlineData("{a: {rename: ' b'}}", "29: 'rename' is empty, or has blanks around it or control characters in it.")]
    [InlineData("{a: [{rename: b}, {rename: c}]}", "35: column 'a' is renamed twice.")]
    [InlineData("{a: [trim, {constant: x}]}", "28: 'constant' has to be the first step of column 'a': it does not use the value before it.")]
    [InlineData("{a: {null_if: null}}", "30: 'null_if' needs a single value; put an empty text or the word null in quotes.")]
    [InlineData("{a: {mask: -1}}", "27: 'mask': '-1' is not a whole number from 0 to 64.")]
    [InlineData("{a: {cast: money}}", "27: 'cast': 'money' is not a type: text, integer, numeric, numeric(12,2), float, boolean, date, timestamp, timestamptz or json.")]
    [InlineData("{a: {cast: 'numeric(39,0)'}}", "27: 'cast': 'numeric(39,0)' is not a type: text, integer, numeric, numeric(12,2), float, boolean, date, timestamp, timestamptz or json.")]
    [InlineData("{a: {cast: 'numeric(2,3)'}}", "27: 'cast': 'numeric(2,3)' is not a type: text, integer, numeric, numeric(12,2), float, boolean, date, timestamp, timestamptz or json.")]
    [InlineData("{a: {regex_replace: x}}", "36: 'regex_replace' has to be a map with 'pattern' and 'with'.")]
    [InlineData("{id: upper}", "17: 'id' is a key column: only rename, hash and sql are possible, since other steps could make two keys equal.")]
    [InlineData("{other: [trim, {rename: ID}]}", "17: 'ID' is a key column: only rename, hash and sql are possible, since other steps could make two keys equal.")]
    [InlineData("{a: {rename: x}, b: {rename: x}}", "33: column 'b' gets the name 'x', which another column has.")]
    [InlineData("{a: {sql: now()}}", "21: column 'a' is computed by SQL from this file; write 'allow_sql: true' at the top of the file to let it run in the source database.")]
    public void What_is_wrong_is_said_with_its_place(string transform, string expected) =>
        Assert.Equal(["etl.yaml:6:" + expected], Problems($"tables:\n  - source: s\n    target: t\n    pk: id\n    mode: full\n    transform: {transform}"));

    [Theory]
    [InlineData("(")]
    [InlineData("(?=x)")]
    [InlineData(@"(a)\1")]
    public void A_regular_expression_that_cannot_run_in_bounded_time_is_refused(string pattern) =>
        Assert.StartsWith("etl.yaml:2:89: 'pattern': this regular expression is not possible: ", Assert.Single(Problems($"tables:\n  - {{source: s, target: t, pk: id, mode: full, transform: {{a: {{regex_replace: {{pattern: '{pattern}', with: ''}}}}}}}}")), StringComparison.Ordinal);

    [Theory]
    [InlineData("exclude: [a], transform: {a: trim}", "2:62: column 'a' is transformed, but 'exclude' leaves it out.")]
    [InlineData("columns: [id, b], transform: {a: trim}", "2:66: column 'a' is transformed, but 'columns' leaves it out.")]
    [InlineData("columns: {id: id, a: b}, transform: {a: {rename: c}}", "2:73: column 'a' is renamed here and in 'columns'; keep one.")]
    [InlineData("columns: [id, a, b], transform: {a: {rename: b}}", "2:69: column 'a' gets the name 'b', which another column has.")]
    public void A_transform_that_contradicts_the_columns_is_refused(string keys, string expected) =>
        Assert.Equal(["etl.yaml:" + expected], Problems($"tables:\n  - {{source: s, target: t, pk: id, {keys}}}"));

    [Fact]
    public void Names_may_be_exchanged_and_the_key_may_get_its_name_here()
    {
        var table = Assert.Single(Parse("tables:\n  - {source: s, target: t, pk: id, columns: [no, a, b], transform: {no: {rename: id}, a: {rename: b}, b: {rename: a}}}").Pipelines);
        Assert.Equal(["id", "b", "a"], table.Transforms.Select(t => t.NewName));
    }

    [Theory]
    [InlineData("a) from x", "closes a parenthesis that it does not open")]
    [InlineData("(a", "does not close a parenthesis")]
    [InlineData("a; drop table x", "has a semicolon")]
    [InlineData("a -- x", "has a comment")]
    [InlineData("a /* x */", "has a comment")]
    [InlineData("'a", "has a quote that is not closed")]
    [InlineData("'a''", "has a quote that is not closed")]
    [InlineData("\"a", "has a quote that is not closed")]
    [InlineData("E'\\') from x", "has a backslash in a quoted text, which can end it early; write chr(92)")]
    [InlineData("$$x$$", "has a dollar sign outside quotes")]
    public void An_expression_that_could_be_more_than_one_is_refused(string expression, string fault) => Assert.Equal(fault, SqlExpressionText.Fault(expression));

    [Theory]
    [InlineData("coalesce(a, 'it''s; -- $1 (')")]
    [InlineData("\"odd ; name\" - -1")]
    [InlineData("a / 2 * (b - c)")]
    public void An_expression_is_accepted(string expression) => Assert.Null(SqlExpressionText.Fault(expression));

    private static EtlConfiguration Parse(string text) => ConfigurationFile.Parse(text, "etl.yaml", new SyncSettings());

    private static IReadOnlyList<string> Problems(string text) => Assert.Throws<ConfigurationException>(() => Parse(text)).Problems;
}
