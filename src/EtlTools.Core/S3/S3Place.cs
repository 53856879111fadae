using EtlTools.Core.Errors;

namespace EtlTools.Core.S3;

/// <summary>A bucket, and what the keys of the objects in question begin with.</summary>
/// <param name="Bucket">The bucket's name.</param>
/// <param name="Prefix">Empty, or a path that ends in a slash.</param>
internal sealed record S3Place(string Bucket, string Prefix)
{
    private static readonly string[] s_schemes = ["s3://", "s3gov://", "s3china://", "s3compat://"];

    /// <summary>Reads the URL of a stage.</summary>
    /// <param name="url">Such as <c>s3://bucket/path/</c>.</param>
    /// <param name="stage">The stage, for messages.</param>
    /// <exception cref="ConfigurationException">It is no place at S3, or its path does not end in a slash.</exception>
    public static S3Place Parse(string url, string stage)
    {
        var scheme = s_schemes.FirstOrDefault(scheme => url.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            ?? throw new ConfigurationException($"The stage {stage} lies at {url}; files can be brought to S3 only.", "Name a stage of S3 or an internal stage under files.");
        var rest = url[scheme.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (bucket, prefix) = slash < 0 ? (rest, "") : (rest[..slash], rest[(slash + 1)..]);
        // Such a path is the beginning of names, and it is not told what Snowflake puts between it and a path in a statement.
        if (prefix.Length > 0 && !prefix.EndsWith('/'))
            throw new ConfigurationException($"The URL of the stage {stage}, {url}, does not end in a slash.", $"ALTER STAGE … SET URL = '{url}/', or name another stage under files.");
        return new S3Place(bucket, prefix);
    }

    /// <summary>A folder below.</summary>
    /// <param name="path">Without a slash at its ends; may be empty.</param>
    public S3Place Below(string path) => path.Length == 0 ? this : this with { Prefix = $"{Prefix}{path}/" };

    /// <inheritdoc/>
    public override string ToString() => $"s3://{Bucket}/{Prefix}";
}
