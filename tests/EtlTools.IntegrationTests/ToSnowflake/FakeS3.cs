using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using EtlTools.Core.Config;
using EtlTools.LocalWarehouse.Stages;

namespace EtlTools.IntegrationTests.ToSnowflake;

/// <summary>
/// As much of S3 as an upload needs: PUT, GET, DELETE of an object and the list of a bucket, path-style, each request with a signature
/// (version 4) that is checked. Objects are files where the local warehouse looks for them, so that its external stages read what was put.
/// </summary>
internal sealed class FakeS3 : IAsyncDisposable
{
    public const string Key = "AKIDEXAMPLE";
    public const string Secret = "a secret/of+forty characters, as they are";
    public const string Region = "eu-central-1";

    private readonly HttpListener _listener = new();
    private readonly string _folder;
    private readonly Task _work;

    /// <param name="stages">Folder of the local warehouse's stages.</param>
    public FakeS3(string stages)
    {
        _folder = Path.Combine(stages, "s3");
        Address = new Uri($"http://127.0.0.1:{FreePort()}/");
        _listener.Prefixes.Add(Address.ToString());
        _listener.Start();
        _work = RunAsync();
    }

    public Uri Address { get; }

    /// <summary>Requests that were answered, such as <c>PUT bucket/key 200</c>.</summary>
    public List<string> Log { get; } = [];

    /// <summary>So many requests are answered with 503 from now on.</summary>
    public int Unavailable { get; set; }

    public S3Settings Settings => new() { Endpoint = Address, Region = Region, AccessKeyId = Key, SecretAccessKey = Secret };

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _work;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task RunAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            var (status, answer) = Answer(context.Request, body.ToArray());
            Log.Add($"{context.Request.HttpMethod} {context.Request.Url!.AbsolutePath.TrimStart('/')} {(int)status}");
            context.Response.StatusCode = (int)status;
            if (status != HttpStatusCode.NoContent) await context.Response.OutputStream.WriteAsync(answer);
            context.Response.Close();
        }
    }

    private (HttpStatusCode Status, byte[] Answer) Answer(HttpListenerRequest request, byte[] body)
    {
        if (Unavailable-- > 0) return Error(HttpStatusCode.ServiceUnavailable, "SlowDown");
        if (!IsSigned(request, body)) return Error(HttpStatusCode.Forbidden, "SignatureDoesNotMatch");
        var path = Uri.UnescapeDataString(request.Url!.AbsolutePath).TrimStart('/').Split('/', 2);
        var bucket = Path.Combine(_folder, path[0]);
        if (path.Length == 1 || path[1].Length == 0) return (HttpStatusCode.OK, List(path[0], bucket, request.QueryString["prefix"] ?? ""));
        var file = Path.Combine(bucket, StagePath.Encode(path[1]));
        switch (request.HttpMethod)
        {
            case "PUT":
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllBytes(file, body);
                return (HttpStatusCode.OK, []);
            case "GET":
                return File.Exists(file) ? (HttpStatusCode.OK, File.ReadAllBytes(file)) : Error(HttpStatusCode.NotFound, "NoSuchKey");
            case "DELETE":
                if (File.Exists(file)) File.Delete(file);
                return (HttpStatusCode.NoContent, []);
            default:
                return Error(HttpStatusCode.MethodNotAllowed, "MethodNotAllowed");
        }
    }

    private static byte[] List(string bucket, string folder, string prefix)
    {
        var files = StageStore.List(new StagePlace(new Stage(folder, "", "", null, null), prefix));
        var contents = string.Concat(files.Select(file => $"<Contents><Key>{file.Path}</Key><Size>{file.Size}</Size></Contents>"));
        return Encoding.UTF8.GetBytes($"<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>{bucket}</Name><Prefix>{prefix}</Prefix><KeyCount>{files.Count}</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>");
    }

    private static (HttpStatusCode Status, byte[] Answer) Error(HttpStatusCode status, string code) =>
        (status, Encoding.UTF8.GetBytes($"<Error><Code>{code}</Code><Message>{code}</Message></Error>"));

    // https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
    private static bool IsSigned(HttpListenerRequest request, byte[] body)
    {
        var fields = (request.Headers["Authorization"] ?? "").Replace("AWS4-HMAC-SHA256 ", "", StringComparison.Ordinal).Split(',')
            .Select(field => field.Trim().Split('=', 2)).Where(field => field.Length == 2).ToDictionary(field => field[0], field => field[1]);
        var hash = request.Headers["x-amz-content-sha256"];
        if (fields.Count < 3 || hash != Hex(SHA256.HashData(body))) return false;
        var scope = fields["Credential"].Split('/', 2);
        var signed = fields["SignedHeaders"].Split(';');
        var query = (request.Url!.Query.TrimStart('?') is { Length: > 0 } text ? text.Split('&') : []).Select(part => part.Contains('=', StringComparison.Ordinal) ? part : part + "=").Order(StringComparer.Ordinal);
        var canonical = string.Join('\n', (string[])
        [
            request.HttpMethod, request.RawUrl!.Split('?')[0], string.Join('&', query), .. signed.Select(name => $"{name}:{request.Headers[name]!.Trim()}"), "", fields["SignedHeaders"], hash,
        ]);
        var toSign = $"AWS4-HMAC-SHA256\n{request.Headers["x-amz-date"]}\n{scope[1]}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var signingKey = scope[1].Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4" + Secret), (key, part) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part)));
        return scope[0] == Key && scope[1].Split('/')[1] == Region && fields["Signature"] == Hex(HMACSHA256.HashData(signingKey, Encoding.UTF8.GetBytes(toSign)));
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
