using EtlTools.LocalWarehouse.Sql.Parsing;
using Xunit;

namespace EtlTools.LocalWarehouse.Tests;

public sealed class ParserTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_quoted_string_reads_back_as_it_was(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 2000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => "ab'\\\"\n$规😀-/*".EnumerateRunes().ElementAt(random.Next(12)).ToString()));
            var literal = "'" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", random.Next(2) == 0 ? "''" : "\\'", StringComparison.Ordinal) + "'";
            var tokens = Lexer.Tokenize(literal + " x");
            Assert.Equal((TokenKind.String, text), (tokens[0].Kind, tokens[0].Text));
            Assert.Equal((TokenKind.Word, "X"), (tokens[1].Kind, tokens[1].Text));
            var name = text.Length == 0 ? "n" : text;
            var quoted = Lexer.Tokenize("\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"");
            Assert.Equal((TokenKind.QuotedIdentifier, name), (quoted[0].Kind, quoted[0].Text));
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Any_jumble_of_tokens_parses_or_fails_with_a_warehouse_error(int seed)
    {
        string[] pieces = ["SELECT", "FROM", "t", "(", ")", ",", "*", "1", "'x'", "WHERE", "=", "AND", "NOT", "CASE", "END", "WITH", "AS", "INSERT", "INTO", "VALUES", "::", "INT", ":a", "?", "[", "]", ".", "OVER", "BY", "GROUP", "ORDER", "MERGE", "USING", "ON"];
        var random = new Random(seed);
        var parsed = 0;
        for (var i = 0; i < 20000; i++)
        {
            var sql = "SELECT " + string.Join(' ', Enumerable.Range(0, random.Next(1, 9)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                Parser.Parse(sql);
                parsed++;
            }
            catch (LocalWarehouseException exception)
            {
                Assert.NotEqual(0, exception.ErrorCode);
            }
        }

        Assert.InRange(parsed, 50, 19000);
    }

    [Fact]
    public void Deep_nesting_is_an_error_and_not_a_crash() =>
        Assert.Throws<LocalWarehouseException>(() => Parser.Parse("SELECT " + new string('(', 50_000) + "1" + new string(')', 50_000)));

    [Fact]
    public void Comments_and_blank_lines_keep_positions()
    {
        var tokens = Lexer.Tokenize("-- one\n/* two\n */ // three\n  a");
        Assert.Equal((4, 2), (tokens[0].Line, tokens[0].Column));
    }
}
