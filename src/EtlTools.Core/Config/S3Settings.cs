namespace EtlTools.Core.Config;

/// <summary>How to reach the bucket of an external stage. The bucket itself is named by the stage.</summary>
public sealed record S3Settings
{
    /// <summary><c>ETL_S3_ENDPOINT</c>: an S3-compatible server; null means Amazon's, by the region.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary><c>ETL_S3_REGION</c>; null leaves it to Amazon's usual places.</summary>
    public string? Region { get; init; }

    /// <summary><c>ETL_S3_ACCESS_KEY_ID</c>; null leaves signing in to Amazon's usual places: a profile, or the machine's role.</summary>
    public string? AccessKeyId { get; init; }

    /// <summary><c>ETL_S3_SECRET_ACCESS_KEY</c>. A secret; set together with <see cref="AccessKeyId"/>.</summary>
    public string? SecretAccessKey { get; init; }

    /// <summary><c>ETL_S3_SESSION_TOKEN</c>, of temporary keys. A secret.</summary>
    public string? SessionToken { get; init; }

    /// <summary>Endpoint and region only.</summary>
    public override string ToString() => $"S3 {Endpoint?.ToString() ?? "of Amazon"}, region {Region ?? "as usual"}";
}
