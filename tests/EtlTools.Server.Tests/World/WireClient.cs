using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace EtlTools.Server.Tests.World;

/// <summary>A driver reduced to its requests.</summary>
internal sealed class WireClient(Uri address) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AutomaticDecompression = DecompressionMethods.GZip }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };

    public HttpClient Http => _http;

    public string? Token { get; set; }

    public string? MasterToken { get; set; }

    public async Task<Answer> LoginAsync(object? data = null, string query = "databaseName=WIRE&schemaName=PUBLIC")
    {
        var answer = await PostAsync("/session/v1/login-request?" + query, new
        {
            data = data ?? new { ACCOUNT_NAME = EndpointServer.Account, LOGIN_NAME = EndpointServer.User, PASSWORD = EndpointServer.Password, AUTHENTICATOR = "snowflake" },
        });
        if (!answer.Success) return answer;
        Token = answer.Data.GetProperty("token").GetString();
        MasterToken = answer.Data.GetProperty("masterToken").GetString();
        return answer;
    }

    /// <summary>Runs a statement and waits for its answer.</summary>
    public async Task<Answer> QueryAsync(string sql, object? bindings = null, string? requestId = null, object? parameters = null, bool isAsync = false)
    {
        var answer = await PostAsync($"/queries/v1/query-request?requestId={requestId ?? Guid.NewGuid().ToString()}", new { sqlText = sql, asyncExec = isAsync, bindings, parameters });
        while (answer.Code == "333333") answer = await GetAsync(answer.Data.GetProperty("getResultUrl").GetString()!);
        return answer;
    }

    /// <summary>Rows of a statement that must succeed, chunks included, cells joined by "|", NULL as "~".</summary>
    public async Task<List<string>> RowsAsync(string sql, object? bindings = null, object? parameters = null) => await RowsAsync(await QueryAsync(sql, bindings, null, parameters));

    public async Task<List<string>> RowsAsync(Answer answer)
    {
        Assert.True(answer.Success, answer.ToString());
        var rows = answer.Data.GetProperty("rowset").EnumerateArray().Select(Row).ToList();
        if (!answer.Data.TryGetProperty("chunks", out var chunks)) return rows;
        foreach (var chunk in chunks.EnumerateArray())
        {
            var text = await _http.GetStringAsync(chunk.GetProperty("url").GetString());
            var part = JsonDocument.Parse("[" + text + "]").RootElement.EnumerateArray().Select(Row).ToList();
            Assert.Equal(chunk.GetProperty("rowCount").GetInt32(), part.Count);
            rows.AddRange(part);
        }

        return rows;
    }

    public async Task<Answer> PostAsync(string path, object body, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, options: JsonSerializerOptions.Default) };
        return await SendAsync(request, token ?? Token);
    }

    public async Task<Answer> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(request, Token);
    }

    /// <summary>Any bytes as a body.</summary>
    public async Task<(HttpStatusCode Status, string Text)> RawAsync(HttpMethod method, string path, byte[] body, string? authorization = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await _http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public void Dispose() => _http.Dispose();

    private async Task<Answer> SendAsync(HttpRequestMessage request, string? token)
    {
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Snowflake Token=\"{token}\"");
        using var response = await _http.SendAsync(request);
        return new Answer((int)response.StatusCode, JsonDocument.Parse(Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync())).RootElement);
    }

    private static string Row(JsonElement row) => string.Join('|', row.EnumerateArray().Select(cell => cell.GetString() ?? "~"));
}

/// <summary>What the endpoint said.</summary>
internal sealed record Answer(int Status, JsonElement Json)
{
    public bool Success => Json.GetProperty("success").GetBoolean();

    public string? Code => Json.GetProperty("code").GetString();

    public string? Message => Json.GetProperty("message").GetString();

    public JsonElement Data => Json.GetProperty("data");

    public string? SqlState => Data.GetProperty("sqlState").GetString();

    public override string ToString() => Json.ToString();
}
