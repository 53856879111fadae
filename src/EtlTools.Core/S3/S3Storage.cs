using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;

namespace EtlTools.Core.S3;

/// <summary>Brings files to S3, or to a server that speaks its protocol, and takes them away. What is transient is tried again by the SDK.</summary>
internal sealed class S3Storage : IDisposable
{
    // One request brings a whole file.
    private static readonly TimeSpan LongestRequest = TimeSpan.FromMinutes(30);

    private readonly S3Settings _settings;
    private readonly Lazy<AmazonS3Client> _client;

    /// <param name="settings">Where, and who signs in.</param>
    /// <param name="attempts">How often a transient failure is tried again.</param>
    public S3Storage(S3Settings settings, int attempts)
    {
        _settings = settings;
        _client = new Lazy<AmazonS3Client>(() => Open(settings, attempts));
    }

    /// <summary>Uploads a file under its own name. What is there already is replaced.</summary>
    /// <exception cref="EtlException">It was refused, or the server was not reached.</exception>
    public Task PutAsync(S3Place place, string path, CancellationToken cancellationToken) => RunAsync(
        place,
        client => client.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = place.Bucket,
                Key = place.Prefix + Path.GetFileName(path),
                FilePath = path,
                // Not every server knows Amazon's own framing of a signed body.
                UseChunkEncoding = _settings.Endpoint is null,
            },
            cancellationToken),
        cancellationToken);

    /// <summary>Deletes what is there.</summary>
    /// <exception cref="EtlException">It was refused, or the server was not reached.</exception>
    public Task RemoveAsync(S3Place place, CancellationToken cancellationToken) => RunAsync(
        place,
        async client =>
        {
            var request = new ListObjectsV2Request { BucketName = place.Bucket, Prefix = place.Prefix };
            ListObjectsV2Response page;
            do
            {
                page = await client.ListObjectsV2Async(request, cancellationToken).ConfigureAwait(false);
                foreach (var found in page.S3Objects ?? []) await client.DeleteObjectAsync(place.Bucket, found.Key, cancellationToken).ConfigureAwait(false);
                request.ContinuationToken = page.NextContinuationToken;
            }
            while (page.IsTruncated == true);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_client.IsValueCreated) _client.Value.Dispose();
    }

    private static AmazonS3Client Open(S3Settings settings, int attempts)
    {
        var config = new AmazonS3Config { RetryMode = RequestRetryMode.Standard, MaxErrorRetry = attempts, Timeout = LongestRequest };
        if (settings.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.ToString();
            config.ForcePathStyle = true;
            config.AuthenticationRegion = settings.Region ?? "us-east-1";
            config.RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED;
            config.ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED;
        }
        else if (settings.Region is { } region) config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);

        if (settings.AccessKeyId is not { } key) return new AmazonS3Client(config);
        return new AmazonS3Client(
            settings.SessionToken is { } token ? new SessionAWSCredentials(key, settings.SecretAccessKey, token) : new BasicAWSCredentials(key, settings.SecretAccessKey), config);
    }

    private async Task<T> RunAsync<T>(S3Place place, Func<AmazonS3Client, Task<T>> step, CancellationToken cancellationToken)
    {
        try
        {
            return await step(_client.Value).ConfigureAwait(false);
        }
        catch (AmazonServiceException refused) when ((int)refused.StatusCode is >= 300 and < 500)
        {
            throw new ConfigurationException(
                $"{place}: the server refused the request: {refused.ErrorCode ?? refused.StatusCode.ToString()}.",
                "Look at ETL_S3_ACCESS_KEY_ID, ETL_S3_SECRET_ACCESS_KEY, ETL_S3_REGION and ETL_S3_ENDPOINT; the user needs s3:PutObject, s3:DeleteObject and s3:ListBucket there.", refused);
        }
        catch (Exception failure) when (failure is AmazonClientException or AmazonServiceException or HttpRequestException or IOException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ConnectionException(
                $"{place}: {failure.Message}",
                "Look at ETL_S3_ENDPOINT and ETL_S3_REGION, at the network, and at whether there is a key, a profile or a role to sign in with; then run it again.", failure);
        }
    }
}
