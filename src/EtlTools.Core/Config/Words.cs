namespace EtlTools.Core.Config;

/// <summary>The words a setting or YAML key accepts and the value each stands for; the order is that of messages.</summary>
internal sealed class Words<T>(params (string Word, T Value)[] entries)
    where T : struct, Enum
{
    /// <summary>Completes "is not …" in a message.</summary>
    public string Expected { get; } = entries.Length == 1
        ? entries[0].Word
        : "one of " + string.Join(", ", entries.Select(e => e.Word));

    public bool TryParse(string text, out T value)
    {
        foreach (var entry in entries)
        {
            if (!string.Equals(entry.Word, text, StringComparison.OrdinalIgnoreCase))
                continue;
            value = entry.Value;
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>The word for a value: the first one, where several mean the same.</summary>
    public string Format(T value) => entries.First(e => EqualityComparer<T>.Default.Equals(e.Value, value)).Word;
}
