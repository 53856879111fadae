using EtlTools.Server.Http;
using EtlTools.Server.Sessions;

namespace EtlTools.Server.Faults;

/// <summary>Stands before the endpoint and makes requests go wrong as planned.</summary>
internal sealed class FaultGate(RequestDelegate next, FaultPlan plan, SessionTable sessions, TimeProvider time)
{
    private const int DripBytes = 64 << 10;

    public Task InvokeAsync(HttpContext http)
    {
        if (http.Request.Path.StartsWithSegments("/queries/v1/query-request", StringComparison.Ordinal)) return StatementAsync(http);
        if (!http.Request.Path.StartsWithSegments("/results", StringComparison.Ordinal)) return next(http);
        if (plan.Due(FaultPlan.CutChunk)) return ThroughAsync(http, CutAsync);
        return plan.Due(FaultPlan.Stall) ? StallAsync(http) : plan.Due(FaultPlan.Drip) ? ThroughAsync(http, DripAsync) : next(http);
    }

    private async Task StatementAsync(HttpContext http)
    {
        if (plan.Due(FaultPlan.Unavailable))
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        if (plan.Due(FaultPlan.ExpireToken)) sessions.Of(http).ExpireToken();
        if (!plan.Due(FaultPlan.LostAnswer))
        {
            await next(http).ConfigureAwait(false);
            return;
        }

        await ThroughAsync(http, static (http, _) =>
        {
            http.Abort();
            return Task.CompletedTask;
        }).ConfigureAwait(false);
    }

    private async Task StallAsync(HttpContext http)
    {
        await Task.Delay(TimeSpan.FromSeconds(1), time, http.RequestAborted).ConfigureAwait(false);
        await next(http).ConfigureAwait(false);
    }

    /// <summary>Lets the endpoint answer into memory and hands that to the fault.</summary>
    private async Task ThroughAsync(HttpContext http, Func<HttpContext, (Stream Real, byte[] Answer), Task> fault)
    {
        var real = http.Response.Body;
        using var kept = new MemoryStream();
        http.Response.Body = kept;
        try
        {
            await next(http).ConfigureAwait(false);
        }
        finally
        {
            http.Response.Body = real;
        }

        await fault(http, (real, kept.ToArray())).ConfigureAwait(false);
    }

    private static async Task CutAsync(HttpContext http, (Stream Real, byte[] Answer) through)
    {
        await through.Real.WriteAsync(through.Answer.AsMemory(0, through.Answer.Length / 2)).ConfigureAwait(false);
        await through.Real.FlushAsync().ConfigureAwait(false);
        http.Abort();
    }

    private async Task DripAsync(HttpContext http, (Stream Real, byte[] Answer) through)
    {
        for (var at = 0; at < through.Answer.Length; at += DripBytes)
        {
            await through.Real.WriteAsync(through.Answer.AsMemory(at, Math.Min(DripBytes, through.Answer.Length - at)), http.RequestAborted).ConfigureAwait(false);
            await through.Real.FlushAsync(http.RequestAborted).ConfigureAwait(false);
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, http.RequestAborted).ConfigureAwait(false);
        }
    }

    internal static void Map(IEndpointRouteBuilder routes, FaultPlan plan)
    {
        routes.MapPost("/faults", async http =>
        {
            using var body = await Exchange.BodyAsync(http).ConfigureAwait(false);
            plan.Set(body.RootElement);
            await Exchange.AnswerAsync(http, WireAnswer.Empty()).ConfigureAwait(false);
        });
        routes.MapGet("/faults", http => Exchange.AnswerAsync(http, WireAnswer.Success(json =>
        {
            foreach (var (name, times) in plan.Left) json.WriteNumber(name, times);
        })));
    }
}
