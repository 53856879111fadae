using System.Text.Json;

namespace EtlTools.Server.Http;

/// <summary>Reads requests and writes answers of the protocol.</summary>
internal static class Exchange
{
    private const string Scheme = "Snowflake Token=\"";

    /// <summary>The body as a JSON object; it must be disposed.</summary>
    /// <exception cref="RefusedException">It is none.</exception>
    internal static async Task<JsonDocument> BodyAsync(HttpContext http)
    {
        try
        {
            var body = await JsonDocument.ParseAsync(http.Request.Body, new JsonDocumentOptions { MaxDepth = 32 }, http.RequestAborted).ConfigureAwait(false);
            if (body.RootElement.ValueKind == JsonValueKind.Object) return body;
            body.Dispose();
            throw new RefusedException(WireError.BadRequest("the body is not a JSON object."));
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException or InvalidOperationException)
        {
            throw new RefusedException(WireError.BadRequest("the body is not JSON."));
        }
    }

    /// <summary>The object <c>data</c> of a sign-in's body.</summary>
    /// <exception cref="RefusedException">There is none.</exception>
    internal static JsonElement Data(JsonDocument body) =>
        body.RootElement.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object ? data : throw new RefusedException(WireError.BadRequest("the sign-in has no data object."));

    /// <summary>The address under which the sender of the request knows this endpoint, without a slash at its end.</summary>
    internal static string BaseUrl(HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host}";

    /// <summary>The token of the request.</summary>
    /// <exception cref="RefusedException">There is none.</exception>
    internal static string Token(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && header.EndsWith('"') && header.Length > Scheme.Length
            ? header[Scheme.Length..^1]
            : throw new RefusedException(WireError.NoToken);
    }

    /// <summary>A property that is text; null when it is missing or null.</summary>
    /// <exception cref="RefusedException">It is something else.</exception>
    internal static string? Text(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null) return null;
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number => value.GetRawText(),
                JsonValueKind.True => "true",
                JsonValueKind.False => "false",
                _ => throw new RefusedException(WireError.BadRequest($"'{name}' is not text.")),
            };
        }
        catch (InvalidOperationException)
        {
            throw new RefusedException(WireError.BadRequest($"'{name}' is not Unicode text."));
        }
    }

    internal static async Task AnswerAsync(HttpContext http, ReadOnlyMemory<byte> json, int status = StatusCodes.Status200OK)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = json.Length;
        await http.Response.Body.WriteAsync(json, http.RequestAborted).ConfigureAwait(false);
    }
}
