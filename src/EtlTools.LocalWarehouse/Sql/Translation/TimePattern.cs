using System.Text;
using EtlTools.LocalWarehouse.Sql.Formats;

namespace EtlTools.LocalWarehouse.Sql.Translation;

/// <summary>
/// Joins elements of a format that PostgreSQL's to_char prints by the same keys into one call, which is several times as fast as one call an
/// element. Keys that follow each other without text in between stay apart: together they might read as another key.
/// </summary>
internal sealed class TimePattern(string wall)
{
    private readonly List<string> _parts = [];
    private readonly StringBuilder _pattern = new();
    private readonly StringBuilder _literal = new();
    private bool _endsWithKey;

    /// <summary>Adds an element; false when it is none that can be joined.</summary>
    internal bool TryAdd(TimeElement element)
    {
        switch (element.Key)
        {
            case "":
                _literal.Append(element.Literal);
                return true;
            case "YYYY" or "YY" or "MM" or "DD" or "HH24" or "HH12" or "AM" or "MI" or "SS":
                Key(element.Key);
                return true;
            case "FF" when element.Digits is 6 or 9:
                Key("US");
                if (element.Digits == 9) _literal.Append("000");
                return true;
            default:
                return false;
        }
    }

    /// <summary>Adds what to_char does not print by a key of its own.</summary>
    internal void Add(string sql)
    {
        Flush();
        _parts.Add(sql);
    }

    /// <summary>The expression.</summary>
    internal string ToSql()
    {
        Flush();
        return "(" + string.Join(" || ", _parts.DefaultIfEmpty("''")) + ")";
    }

    private void Key(string key)
    {
        if (_endsWithKey && _literal.Length == 0) Flush();
        TakeLiteral();
        _pattern.Append(key);
        _endsWithKey = true;
    }

    private void TakeLiteral()
    {
        if (_literal.Length == 0) return;
        _pattern.Append('"').Append(_literal.Replace("\\", "\\\\").Replace("\"", "\\\"")).Append('"');
        _literal.Clear();
    }

    private void Flush()
    {
        // Text alone needs no value to print.
        if (_pattern.Length == 0 && _literal.Length > 0) _parts.Add(SqlText.Literal(_literal.ToString()));
        else TakeLiteral();
        _literal.Clear();
        if (_pattern.Length > 0) _parts.Add($"to_char({wall},{SqlText.Literal(_pattern.ToString())})");
        _pattern.Clear();
        _endsWithKey = false;
    }
}
