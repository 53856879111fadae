namespace EtlTools.Core.Config;

/// <summary>Collects what is wrong in a YAML file as <c>file:line:column: sentence</c>, in the order of the file.</summary>
internal sealed class YamlProblems(string path)
{
    private readonly List<(int Line, int Column, string Text)> _found = [];

    public bool Any => _found.Count > 0;

    public void Add(YamlNode node, string sentence) => Add(node.Line, node.Column, sentence);

    public void Add(int line, int column, string sentence) => _found.Add((line, column, sentence));

    public IReadOnlyList<string> ToList() =>
        [.. _found.OrderBy(p => (p.Line, p.Column)).Select(p => FormattableString.Invariant($"{path}:{p.Line}:{p.Column}: {p.Text}"))];
}
