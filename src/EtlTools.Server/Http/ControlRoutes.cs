using System.Security.Cryptography;
using System.Text;

namespace EtlTools.Server.Http;

/// <summary>Lets the one who started the process ask after it and end it.</summary>
internal sealed class ControlRoutes(ServerControl control)
{
    internal void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/control/status", http => Guarded(http, () => { }));
        routes.MapPost("/control/stop", http => Guarded(http, () => http.Response.OnCompleted(() =>
        {
            control.Stop();
            return Task.CompletedTask;
        })));
    }

    private Task Guarded(HttpContext http, Action action)
    {
        var given = Encoding.UTF8.GetBytes(http.Request.Headers.Authorization.ToString());
        if (!CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes("Bearer " + control.Token)))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        action();
        return Exchange.AnswerAsync(http, WireAnswer.Empty());
    }
}
