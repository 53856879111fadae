using System.Globalization;

namespace EtlTools.Core.Config;

/// <summary>Sizes of files as the YAML writes them: a whole number and a unit, <c>64MB</c>; 1 KB is 1024 bytes.</summary>
public static class ByteSizeText
{
    /// <summary>What a size looks like, for messages: completes "is not …".</summary>
    public const string Expected = "a size from 64KB to 5GB, such as 64MB";

    private static readonly (string Unit, long Bytes)[] s_units = [("GB", 1L << 30), ("MB", 1L << 20), ("KB", 1L << 10)];

    /// <summary>The smallest size accepted, in bytes: below it a file costs more than the rows in it.</summary>
    public const long Smallest = 64L << 10;

    /// <summary>The largest size accepted, in bytes: what an object store takes in one request.</summary>
    public const long Largest = 5L << 30;

    internal static SettingParser<long> Parser { get; } = new(TryParse, Expected);

    /// <summary>Reads a size; false when <paramref name="text"/> is not one, or is below <see cref="Smallest"/> or above <see cref="Largest"/>.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        ArgumentNullException.ThrowIfNull(text);
        bytes = 0;
        foreach (var (unit, factor) in s_units)
        {
            if (!text.EndsWith(unit, StringComparison.OrdinalIgnoreCase))
                continue;
            if (!long.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > Largest / factor)
                return false;
            bytes = count * factor;
            return bytes >= Smallest;
        }

        return false;
    }
}
