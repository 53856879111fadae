using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EtlTools.Core.Config;

/// <summary>
/// Reads YAML text into nodes. Only what a configuration needs: one document, no tags, no anchors and aliases (which can
/// grow a small file without bounds), bounded depth, unique text keys.
/// </summary>
internal sealed class YamlTree
{
    private const int MaximumDepth = 16;

    private readonly Parser _parser;
    private readonly YamlProblems _problems;

    private YamlTree(string text, YamlProblems problems)
    {
        _parser = new Parser(new StringReader(text));
        _problems = problems;
    }

    /// <summary>The document's root; null when the text is empty or broken, which is then among the problems.</summary>
    public static YamlNode? Parse(string text, YamlProblems problems)
    {
        var tree = new YamlTree(text, problems);
        try
        {
            return tree.Document();
        }
        catch (YamlException e)
        {
            problems.Add((int)e.Start.Line, (int)e.Start.Column, "this is not YAML: " + FirstSentence(e.Message));
            return null;
        }
    }

    private static string FirstSentence(string message)
    {
        // Some messages begin with the position, which is already given.
        var text = message.StartsWith('(') && message.IndexOf("): ", StringComparison.Ordinal) is > 0 and var end ? message[(end + 3)..] : message;
        return text.TrimEnd('.') + ".";
    }

    private YamlNode? Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            _problems.Add(1, 1, "the file is empty.");
            return null;
        }

        _parser.Consume<DocumentStart>();
        var root = Node(1);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
            _problems.Add((int)second.Start.Line, (int)second.Start.Column, "a second document begins here; put everything into one.");
        return root;
    }

    private YamlNode Node(int depth)
    {
        if (_parser.Accept<AnchorAlias>(out var alias))
            throw new YamlException(alias.Start, alias.End, $"the alias '*{alias.Value}' is not supported; write the value out");
        _parser.Accept<NodeEvent>(out var node);
        if (node is { Anchor.IsEmpty: false })
            throw new YamlException(node.Start, node.End, $"the anchor '&{node.Anchor.Value}' is not supported; write the value out where it is needed");
        if (node is { Tag.IsEmpty: false })
            throw new YamlException(node.Start, node.End, $"the tag '{node.Tag.Value}' is not supported; leave it out");
        if (depth > MaximumDepth)
            throw new YamlException(_parser.Current!.Start, _parser.Current.End, $"more than {MaximumDepth} levels of nesting");

        if (_parser.TryConsume<Scalar>(out var scalar))
            return ToScalar(scalar);
        return _parser.TryConsume<SequenceStart>(out var list) ? List(list, depth) : Map(_parser.Consume<MappingStart>(), depth);
    }

    private YamlList List(SequenceStart start, int depth)
    {
        var items = new List<YamlNode>();
        SequenceEnd end;
        while (!_parser.TryConsume(out end!))
            items.Add(Node(depth + 1));
        return new YamlList(items, (int)start.Start.Line, (int)start.Start.Column, (int)start.Start.Index, EndOf(end, start.Style == SequenceStyle.Flow));
    }

    private YamlMap Map(MappingStart start, int depth)
    {
        var entries = new List<(YamlScalar, YamlNode)>();
        var seen = new Dictionary<string, YamlScalar>(StringComparer.Ordinal);
        MappingEnd end;
        while (!_parser.TryConsume(out end!))
        {
            var key = Node(depth + 1);
            var value = Node(depth + 1);
            if (key is not YamlScalar { IsNull: false } name)
                _problems.Add(key, $"a key has to be a single word, not {key.Kind}.");
            else if (!seen.TryAdd(name.Text, name))
                _problems.Add(name, FormattableString.Invariant($"'{name.Text}' is here twice; the first is in line {seen[name.Text].Line}."));
            else
                entries.Add((name, value));
        }

        return new YamlMap(entries, (int)start.Start.Line, (int)start.Start.Column, (int)start.Start.Index, EndOf(end, start.Style == MappingStyle.Flow));
    }

    /// <summary>The library's end of <c>[…]</c> and <c>{…}</c> lies before the closing bracket.</summary>
    private static int EndOf(ParsingEvent end, bool isFlow) => (int)end.End.Index + (isFlow ? 1 : 0);

    private static YamlScalar ToScalar(Scalar scalar) => new(
        scalar.Value,
        scalar.Style == ScalarStyle.Plain,
        (int)scalar.Start.Line,
        (int)scalar.Start.Column,
        (int)scalar.Start.Index,
        (int)scalar.End.Index);
}
