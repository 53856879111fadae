using System.Globalization;

namespace EtlTools.Server.Results;

/// <summary>Serves chunks. Their address holds a random id and is the only thing that opens them, as with a cloud store's signed links.</summary>
internal sealed class ResultRoutes(ResultStore store)
{
    internal void Map(IEndpointRouteBuilder routes) => routes.MapGet("/results/{id}/{chunk}", SendAsync);

    private async Task SendAsync(HttpContext http)
    {
        var id = (string)http.Request.RouteValues["id"]!;
        var result = store.Find(id);
        if (result is null
            || !int.TryParse((string)http.Request.RouteValues["chunk"]!, NumberStyles.None, CultureInfo.InvariantCulture, out var chunk)
            || chunk >= result.Chunks.Count)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        result.Touch();
        http.Response.ContentType = "application/octet-stream";
        http.Response.Headers.ContentEncoding = "gzip";
        http.Response.ContentLength = result.Chunks[chunk].CompressedBytes;
        await http.Response.SendFileAsync(result.PathOf(chunk), http.RequestAborted).ConfigureAwait(false);
        result.Fetched(chunk);
    }
}
