using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Parsing;
using EtlTools.LocalWarehouse.Sql.Ast;

namespace EtlTools.LocalWarehouse.Stages;

/// <summary>Where an external stage lies: a bucket, and what the names of its files begin with.</summary>
/// <param name="Bucket">The bucket's name.</param>
/// <param name="Prefix">Empty, or a path that ends in a slash.</param>
internal sealed record StageUrl(string Bucket, string Prefix)
{
    private const string Scheme = "s3://";

    /// <summary>As in CREATE STAGE.</summary>
    public override string ToString() => $"{Scheme}{Bucket}/{Prefix}";

    /// <summary>The URL among a stage's options; null for an internal stage.</summary>
    internal static StageUrl? Of(string optionsText) =>
        Parser.ParseOptions(optionsText).Find(option => option.Name == "URL")?.Value is TextValue url ? Parse(url.Text) : null;

    /// <exception cref="LocalWarehouseException">It is no such URL.</exception>
    internal static StageUrl Parse(string url)
    {
        if (!url.StartsWith(Scheme, StringComparison.Ordinal)) throw WarehouseErrors.Unsupported($"stage URL '{url}' other than s3://bucket/path/");
        var rest = url[Scheme.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (bucket, prefix) = slash < 0 ? (rest, "") : (rest[..slash], rest[(slash + 1)..]);
        if (bucket.Length == 0) throw WarehouseErrors.InvalidValue(url, "URL");
        // Without the slash it would be the beginning of names, which a path cannot be put behind.
        if (prefix.Length > 0 && !prefix.EndsWith('/')) throw WarehouseErrors.Unsupported($"stage URL '{url}' whose path does not end in a slash");
        return new StageUrl(bucket, prefix);
    }
}
