using EtlTools.LocalWarehouse.Errors;

namespace EtlTools.LocalWarehouse.Stages;

/// <summary>How a local file is compressed, by PUT's option or by the file itself.</summary>
internal static class SourceCompression
{
    private static readonly (string Name, string Extension, byte[] Magic)[] Known =
    [
        ("GZIP", ".gz", [0x1F, 0x8B]),
        ("BZ2", ".bz2", "BZh"u8.ToArray()),
        ("ZSTD", ".zst", [0x28, 0xB5, 0x2F, 0xFD]),
        ("BROTLI", ".br", []),
        ("DEFLATE", ".deflate", []),
        ("RAW_DEFLATE", ".raw_deflate", []),
        ("PARQUET", ".parquet", "PAR1"u8.ToArray()),
        ("ORC", ".orc", "ORC"u8.ToArray()),
    ];

    /// <summary>GZIP, …, or NONE for a file that PUT compresses itself.</summary>
    internal static string Of(FileInfo file, string option)
    {
        if (option == "AUTO_DETECT") return Detect(file);
        if (option == "NONE" || Array.Exists(Known, k => k.Name == option && k.Name is not ("PARQUET" or "ORC"))) return option;
        throw WarehouseErrors.InvalidValue(option, "SOURCE_COMPRESSION");
    }

    private static string Detect(FileInfo file)
    {
        if (Array.Find(Known, k => string.Equals(k.Extension, file.Extension, StringComparison.OrdinalIgnoreCase)) is { Name: not null } named) return named.Name;
        var start = new byte[4];
        using var stream = file.OpenRead();
        var count = stream.ReadAtLeast(start, start.Length, false);
        return Array.Find(Known, k => k.Magic.Length > 0 && start.AsSpan(0, count).StartsWith(k.Magic)).Name ?? "NONE";
    }
}
