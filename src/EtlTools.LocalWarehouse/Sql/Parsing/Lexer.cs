using EtlTools.LocalWarehouse.Errors;

namespace EtlTools.LocalWarehouse.Sql.Parsing;

/// <summary>Splits statement text into tokens by Snowflake's rules.</summary>
internal sealed class Lexer
{
    private static readonly string[] LongSymbols = ["::", "||", "<=", ">=", "<>", "!=", "=>", "->"];

    private readonly string _sql;
    private int _at;
    private int _line = 1;
    private int _lineStart;
    private bool _readsUrls;

    private Lexer(string sql) => _sql = sql;

    /// <summary>All tokens, the last one being <see cref="TokenKind.End"/>.</summary>
    internal static List<Token> Tokenize(string sql)
    {
        var lexer = new Lexer(sql);
        var tokens = new List<Token>();
        Token token;
        do
        {
            token = lexer.Next();
            tokens.Add(token);
            // PUT and GET name local files by URL, whose slashes are no comment.
            if (tokens.Count == 1) lexer._readsUrls = token.IsWord("PUT") || token.IsWord("GET");
        }
        while (token.Kind != TokenKind.End);
        return tokens;
    }

    private Token Next()
    {
        SkipBlanks();
        var start = _at;
        var (line, column) = (_line, start - _lineStart);
        if (_at >= _sql.Length)
            return new Token(TokenKind.End, "", start, start, line, column);

        var c = _sql[_at];
        Token Make(TokenKind kind, string text) => new(kind, text, start, _at, line, column);

        if (_readsUrls && string.Compare(_sql, _at, "file://", 0, 7, StringComparison.OrdinalIgnoreCase) == 0)
        {
            while (_at < _sql.Length && !char.IsWhiteSpace(_sql[_at]) && _sql[_at] != ';') _at++;
            return Make(TokenKind.String, StringLiteral.RefuseNul(_sql[start.._at]));
        }

        if (c == '@') return Make(TokenKind.Stage, StagePlace(line, column));
        if (c == '$' && char.IsAsciiDigit(Peek(1)))
        {
            for (_at++; char.IsAsciiDigit(Peek(0)); _at++) { }
            return Make(TokenKind.Word, _sql[start.._at]);
        }

        if (char.IsAsciiLetter(c) || c == '_')
        {
            while (_at < _sql.Length && (char.IsAsciiLetterOrDigit(_sql[_at]) || _sql[_at] is '_' or '$')) _at++;
            return Make(TokenKind.Word, _sql[start.._at].ToUpperInvariant());
        }

        if (c == '"') return Make(TokenKind.QuotedIdentifier, QuotedIdentifier(line, column));
        if (c == '\'') return Make(TokenKind.String, StringLiteral.Read(_sql, ref _at, ref _line, ref _lineStart));
        if (c == '$' && Peek(1) == '$') return Make(TokenKind.String, DollarString(line, column));
        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Peek(1)))) return Make(TokenKind.Number, Number());

        foreach (var symbol in LongSymbols)
        {
            if (string.CompareOrdinal(_sql, _at, symbol, 0, 2) != 0) continue;
            _at += 2;
            return Make(TokenKind.Symbol, symbol == "!=" ? "<>" : symbol);
        }

        if ("()[]{},.;:=<>+-*/%?".Contains(c, StringComparison.Ordinal))
        {
            _at++;
            return Make(TokenKind.Symbol, c.ToString());
        }

        throw WarehouseErrors.Syntax(
            char.IsLetter(c) ? $"unexpected '{c}': an identifier with characters other than letters, digits, _ and $ must be in double quotes" : $"unexpected '{c}'",
            line, column);
    }

    private char Peek(int offset) => _at + offset < _sql.Length ? _sql[_at + offset] : '\0';

    private void SkipBlanks()
    {
        while (_at < _sql.Length)
        {
            var c = _sql[_at];
            if (c == '\n') NewLine(_at++);
            else if (char.IsWhiteSpace(c) || c == '\uFEFF') _at++;
            else if ((c == '-' && Peek(1) == '-') || (c == '/' && Peek(1) == '/'))
            {
                while (_at < _sql.Length && _sql[_at] != '\n') _at++;
            }
            else if (c == '/' && Peek(1) == '*')
            {
                var (line, column) = (_line, _at - _lineStart);
                _at += 2;
                while (_at < _sql.Length && !(_sql[_at] == '*' && Peek(1) == '/'))
                {
                    if (_sql[_at] == '\n') NewLine(_at);
                    _at++;
                }

                if (_at >= _sql.Length) throw WarehouseErrors.Syntax("unterminated comment", line, column);
                _at += 2;
            }
            else
            {
                break;
            }
        }
    }

    private void NewLine(int at)
    {
        _line++;
        _lineStart = at + 1;
    }

    private string QuotedIdentifier(int line, int column)
    {
        var text = new System.Text.StringBuilder();
        for (_at++; _at < _sql.Length; _at++)
        {
            var c = _sql[_at];
            if (c == '\0') throw WarehouseErrors.Syntax("unexpected NUL character in identifier", line, column);
            if (c == '\n') NewLine(_at);
            if (c != '"')
            {
                text.Append(c);
            }
            else if (Peek(1) == '"')
            {
                text.Append('"');
                _at++;
            }
            else
            {
                _at++;
                if (text.Length == 0) throw WarehouseErrors.Syntax("empty identifier", line, column);
                return text.ToString();
            }
        }

        throw WarehouseErrors.Syntax("unterminated quoted identifier", line, column);
    }

    /// <summary>What follows @ up to a blank or a sign that cannot be part of it; names in double quotes may hold anything.</summary>
    private string StagePlace(int line, int column)
    {
        var start = _at + 1;
        for (_at = start; _at < _sql.Length; _at++)
        {
            var c = _sql[_at];
            if (c == '"')
            {
                var end = _sql.IndexOf('"', _at + 1);
                if (end < 0) throw WarehouseErrors.Syntax("unterminated quoted identifier", line, column);
                _at = end;
            }
            else if (char.IsWhiteSpace(c) || c is ',' or ';' or '(' or ')' or '\'')
            {
                break;
            }
        }

        return StringLiteral.RefuseNul(_sql[start.._at]);
    }

    private string DollarString(int line, int column)
    {
        var end = _sql.IndexOf("$$", _at + 2, StringComparison.Ordinal);
        if (end < 0) throw WarehouseErrors.Syntax("unterminated $$ string", line, column);
        var text = _sql[(_at + 2)..end];
        for (var i = _at; i < end; i++)
        {
            if (_sql[i] == '\n') NewLine(i);
        }

        _at = end + 2;
        return StringLiteral.RefuseNul(text);
    }

    private string Number()
    {
        var start = _at;
        while (char.IsAsciiDigit(Peek(0))) _at++;
        if (Peek(0) == '.')
        {
            _at++;
            while (char.IsAsciiDigit(Peek(0))) _at++;
        }

        if (Peek(0) is 'e' or 'E')
        {
            var sign = Peek(1) is '+' or '-' ? 1 : 0;
            if (char.IsAsciiDigit(Peek(1 + sign)))
            {
                _at += 1 + sign;
                while (char.IsAsciiDigit(Peek(0))) _at++;
            }
        }

        if (char.IsAsciiLetter(Peek(0)) || Peek(0) == '_')
            throw WarehouseErrors.Syntax($"unexpected '{Peek(0)}' after a number", _line, _at - _lineStart);
        return _sql[start.._at];
    }
}
