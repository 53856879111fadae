namespace EtlTools.LocalWarehouse.Sql.Parsing;

internal enum TokenKind
{
    End,
    Word,
    QuotedIdentifier,
    Number,
    String,
    Symbol,
    Stage,
}

/// <summary>One lexical element. <paramref name="Text"/> is upper-cased for a word, unescaped for a string or quoted identifier, without @ for a stage.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Start, int End, int Line, int Column)
{
    internal bool IsWord(string word) => Kind == TokenKind.Word && Text == word;

    internal bool IsSymbol(string symbol) => Kind == TokenKind.Symbol && Text == symbol;
}
