namespace EtlTools.Core.Config;

/// <summary>A node of a YAML file with its place in it; lines and columns count from 1, <see cref="Start"/> and <see cref="End"/> are offsets into the text.</summary>
internal abstract record YamlNode(int Line, int Column, int Start, int End)
{
    /// <summary>What it is, for messages.</summary>
    public abstract string Kind { get; }
}

/// <summary>A single value. <see cref="IsPlain"/> is false when it stands in quotes or is a block text.</summary>
internal sealed record YamlScalar(string Text, bool IsPlain, int Line, int Column, int Start, int End) : YamlNode(Line, Column, Start, End)
{
    /// <summary>Whether nothing was written: <c>key:</c>, <c>~</c> or <c>null</c>.</summary>
    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";

    public override string Kind => IsNull ? "nothing" : "a single value";
}

/// <summary>A list.</summary>
internal sealed record YamlList(IReadOnlyList<YamlNode> Items, int Line, int Column, int Start, int End) : YamlNode(Line, Column, Start, End)
{
    public override string Kind => "a list";
}

/// <summary>Keys and values, in the order written; keys are unique.</summary>
internal sealed record YamlMap(IReadOnlyList<(YamlScalar Key, YamlNode Value)> Entries, int Line, int Column, int Start, int End) : YamlNode(Line, Column, Start, End)
{
    public override string Kind => "a map of keys and values";
}
