using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace EtlTools.Server.SignIn;

/// <summary>Words that cannot be guessed, each good for one thing and for a while.</summary>
/// <typeparam name="T">What a word stands for.</typeparam>
/// <param name="time">The clock.</param>
/// <param name="lifetime">How long a word is good.</param>
internal sealed class Vouchers<T>(TimeProvider time, TimeSpan lifetime)
    where T : class
{
    /// <summary>Anybody may ask for one, so there is an end to it.</summary>
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, (T Value, long Made)> _all = new(StringComparer.Ordinal);

    /// <summary>A new word; null when there are too many that nobody has used.</summary>
    internal string? Issue(T value)
    {
        if (_all.Count >= Most)
        {
            foreach (var (old, (_, made)) in _all)
                if (IsOver(made)) _all.TryRemove(old, out _);
            if (_all.Count >= Most) return null;
        }

        var word = RandomNumberGenerator.GetHexString(64, lowercase: true);
        _all[word] = (value, time.GetTimestamp());
        return word;
    }

    /// <summary>What a word stands for; null when it is unknown or too old.</summary>
    internal T? Find(string? word) => word is not null && _all.TryGetValue(word, out var found) && !IsOver(found.Made) ? found.Value : null;

    /// <summary>Like <see cref="Find"/>, and the word is used up.</summary>
    internal T? Take(string? word) => word is not null && _all.TryRemove(word, out var found) && !IsOver(found.Made) ? found.Value : null;

    private bool IsOver(long made) => time.GetElapsedTime(made) >= lifetime;
}
