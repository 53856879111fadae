using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Files;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Stages;

namespace EtlTools.LocalWarehouse.Unloading;

/// <summary>The copy options of COPY INTO a stage.</summary>
/// <param name="Format">FILE_FORMAT as written, null when absent.</param>
/// <param name="Overwrites">True when files of the same names may be replaced.</param>
/// <param name="IsSingle">True for one file, named by the path alone.</param>
/// <param name="MaxFileSize">Bytes, as written to the stage, after which another file begins.</param>
/// <param name="HasHeader">True when the first line names the columns.</param>
/// <param name="NamesQuery">True when file names hold the query's id.</param>
internal sealed record UnloadOptions(OptionValue? Format, bool Overwrites, bool IsSingle, long MaxFileSize, bool HasHeader, bool NamesQuery)
{
    private const long DefaultFileSize = 16_777_216;
    private const long LargestFileSize = 5_368_709_120;

    internal static UnloadOptions Parse(IReadOnlyList<StatementOption> options)
    {
        var reader = new OptionReader("COPY INTO a stage", options);
        reader.Fixed("DETAILED_OUTPUT", "FALSE");
        var size = reader.Number("MAX_FILE_SIZE") ?? DefaultFileSize;
        if (size is < 1 or > LargestFileSize) throw WarehouseErrors.InvalidValue(SqlText.Number(size), "MAX_FILE_SIZE");
        var result = new UnloadOptions(
            reader.Value("FILE_FORMAT"), reader.Boolean("OVERWRITE") ?? false, reader.Boolean("SINGLE") ?? false, size, reader.Boolean("HEADER") ?? false, reader.Boolean("INCLUDE_QUERY_ID") ?? false);
        if (result is { NamesQuery: true, IsSingle: true } or { NamesQuery: true, Overwrites: true }) throw WarehouseErrors.Unsupported("INCLUDE_QUERY_ID with SINGLE or OVERWRITE");
        reader.Finish();
        return result;
    }

    /// <summary>What the names of the unloaded files begin with, for the path the statement names.</summary>
    internal string Prefix(string path, string queryId)
    {
        var prefix = path.Length == 0 || path.EndsWith('/') ? path + "data" : path;
        return IsSingle ? prefix : prefix + (NamesQuery ? "_" + queryId : "") + "_";
    }

    /// <summary>The name of the n-th file, from 0.</summary>
    internal string Name(string prefix, int number, FileFormat format)
    {
        if (IsSingle) return prefix;
        var extension = format.Extension?.TrimStart('.') ?? format.Type.ToString().ToLowerInvariant() + (format.Compression == "NONE" ? "" : ".gz");
        return $"{prefix}0_0_{SqlText.Number(number)}.{extension}";
    }
}
