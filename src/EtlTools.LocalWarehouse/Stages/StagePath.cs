using System.Text;
using EtlTools.LocalWarehouse.Errors;

namespace EtlTools.LocalWarehouse.Stages;

/// <summary>
/// A staged file's path as a path of the file system. Every part is percent-encoded down to letters, digits and <c>_-.=+</c>,
/// so no name can leave the stage's folder (<c>..</c> is a name as any other, as in Snowflake); folders end in # lest a file
/// and a folder of one name meet.
/// </summary>
internal static class StagePath
{
    private const int MaxPath = 1024;
    private const int MaxPart = 240;

    private static readonly HashSet<string> Devices = new(
        [.. (string[])["CON", "PRN", "AUX", "NUL"], .. Enumerable.Range(1, 9).SelectMany(i => (string[])[$"COM{i}", $"LPT{i}"])], StringComparer.OrdinalIgnoreCase);

    /// <summary>The relative path of a staged file.</summary>
    internal static string Encode(string path)
    {
        if (Encoding.UTF8.GetByteCount(path) > MaxPath)
            throw new LocalWarehouseException(100362, "22000", $"The path '{path[..100]}…' of a staged file is longer than {MaxPath} bytes.");
        var parts = path.Split('/').Select(EncodePart).ToArray();
        for (var i = 0; i < parts.Length - 1; i++) parts[i] += "#";
        return Path.Combine(parts);
    }

    internal static string EncodePart(string part)
    {
        if (part.Length == 0) return "%";
        var text = new StringBuilder(part.Length);
        var bytes = Encoding.UTF8.GetBytes(part);
        var device = Devices.Contains(part.Split('.')[0]);
        for (var i = 0; i < bytes.Length; i++)
        {
            var c = (char)bytes[i];
            var plain = char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '=' or '+' || (c == '.' && i > 0 && i < bytes.Length - 1);
            if (plain && !(device && i == 0)) text.Append(c);
            else text.Append('%').Append(Convert.ToHexString(bytes, i, 1));
        }

        return text.Length <= MaxPart ? text.ToString() : throw WarehouseErrors.Unsupported($"a staged file's name longer than {MaxPart} characters once encoded: '{part}'");
    }

    internal static string DecodePart(string part)
    {
        if (part == "%") return "";
        if (!part.Contains('%', StringComparison.Ordinal)) return part;
        var bytes = new List<byte>(part.Length);
        for (var i = 0; i < part.Length; i++)
        {
            if (part[i] != '%')
            {
                bytes.Add((byte)part[i]);
                continue;
            }

            bytes.Add(Convert.FromHexString(part.AsSpan(i + 1, 2))[0]);
            i += 2;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
