using EtlTools.LocalWarehouse.Sql.Parsing;

namespace EtlTools.Server.Queries;

/// <summary>Several statements in one text.</summary>
internal static class StatementText
{
    /// <summary>The statements without their semicolons; semicolons in literals, names and comments separate nothing.</summary>
    internal static IReadOnlyList<string> Split(string sql)
    {
        var statements = new List<string>();
        var start = 0;
        foreach (var token in Lexer.Tokenize(sql))
        {
            if (token.Kind != TokenKind.End && !token.IsSymbol(";")) continue;
            var text = sql[start..(token.Kind == TokenKind.End ? sql.Length : token.Start)];
            if (Lexer.Tokenize(text)[0].Kind != TokenKind.End) statements.Add(text);
            start = token.End;
        }

        return statements;
    }
}
