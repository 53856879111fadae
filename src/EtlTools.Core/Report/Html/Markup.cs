using System.Globalization;
using System.Text;

namespace EtlTools.Core.Report.Html;

/// <summary>
/// Writes HTML and SVG that are also well-formed XML. Every text and every attribute value is escaped here, so whatever a table, an
/// error or a person is called, it stays text.
/// </summary>
internal sealed class Markup
{
    private readonly StringBuilder _text = new();

    /// <summary>An element with others in it.</summary>
    public Markup Element(string name, Action content, params ReadOnlySpan<(string Name, object? Value)> attributes)
    {
        Begin(name, attributes);
        _text.Append('>');
        content();
        _text.Append("</").Append(name).Append('>');
        return this;
    }

    /// <summary>An element with a text.</summary>
    public Markup Element(string name, string? text, params ReadOnlySpan<(string Name, object? Value)> attributes)
    {
        Begin(name, attributes);
        _text.Append('>');
        Append(text);
        _text.Append("</").Append(name).Append('>');
        return this;
    }

    /// <summary>An element without content.</summary>
    public Markup Empty(string name, params ReadOnlySpan<(string Name, object? Value)> attributes)
    {
        Begin(name, attributes);
        _text.Append("/>");
        return this;
    }

    /// <summary>A text.</summary>
    public Markup Text(string? text)
    {
        Append(text);
        return this;
    }

    /// <summary>A new line, for who reads the source.</summary>
    public Markup Line()
    {
        _text.Append('\n');
        return this;
    }

    /// <summary>A text of this program's own, as it is: the doctype, a style sheet.</summary>
    public Markup Verbatim(string ours)
    {
        _text.Append(ours);
        return this;
    }

    /// <summary>What was written.</summary>
    public override string ToString() => _text.ToString();

    private void Begin(string name, ReadOnlySpan<(string Name, object? Value)> attributes)
    {
        _text.Append('<').Append(name);
        foreach (var (key, value) in attributes)
        {
            if (value is null) continue;
            _text.Append(' ').Append(key).Append("=\"");
            Append(value is double number ? number.ToString("0.##", CultureInfo.InvariantCulture) : Convert.ToString(value, CultureInfo.InvariantCulture));
            _text.Append('"');
        }
    }

    private void Append(string? text)
    {
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '<':
                    _text.Append("&lt;");
                    break;
                case '>':
                    _text.Append("&gt;");
                    break;
                case '&':
                    _text.Append("&amp;");
                    break;
                case '"':
                    _text.Append("&quot;");
                    break;
                case '\'':
                    _text.Append("&#39;");
                    break;
                case '\n' or '\r' or '\t':
                    _text.Append((char)rune.Value);
                    break;
                // What no document may hold, and what turns the direction of the text around it.
                case < ' ' or (>= 0x7F and < 0xA0) or 0xFFFE or 0xFFFF or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069):
                    _text.Append('\uFFFD');
                    break;
                default:
                    _text.Append(rune.ToString());
                    break;
            }
        }
    }
}
