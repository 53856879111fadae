using EtlTools.Server.Http;
using EtlTools.Server.Sessions;

namespace EtlTools.Server.Queries;

/// <summary>Statements, their results, their state, and cancelling them.</summary>
internal sealed class QueryRoutes(ServerOptions options, SessionTable sessions, QueryRunner runner)
{
    internal void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/queries/v1/query-request", ExecuteAsync);
        routes.MapPost("/queries/v1/abort-request", AbortAsync);
        routes.MapGet("/queries/{id}/result", ResultAsync);
        routes.MapGet("/monitoring/queries/{id}", StatusAsync);
    }

    private async Task ExecuteAsync(HttpContext http)
    {
        var session = sessions.Of(http);
        using var body = await Exchange.BodyAsync(http).ConfigureAwait(false);
        var request = QueryRequest.Read(body.RootElement);
        // A driver that got no answer sends the same request id again: the statement must not run twice.
        var requestId = http.Request.Query["requestId"].ToString() is { Length: > 0 and <= 100 } given ? given : Guid.NewGuid().ToString();
        var baseUrl = Exchange.BaseUrl(http);
        var run = session.RunOf(requestId, () => new QueryRun(requestId, Guid.NewGuid().ToString()), run => runner.Start(session, run, request, baseUrl));
        if (request.IsAsync) await Exchange.AnswerAsync(http, InProgress(run, "333334", "Asynchronous execution in progress.")).ConfigureAwait(false);
        else await AnswerAsync(http, run).ConfigureAwait(false);
    }

    private async Task ResultAsync(HttpContext http)
    {
        var session = sessions.Of(http);
        await AnswerAsync(http, Run(session, http)).ConfigureAwait(false);
    }

    /// <summary>Sends the answer, or after a while the word that it is not there yet; the driver then asks again without a pause.</summary>
    private async Task AnswerAsync(HttpContext http, QueryRun run)
    {
        byte[] answer;
        try
        {
            answer = await run.Answer.WaitAsync(options.LongPoll, options.Time, http.RequestAborted).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            answer = InProgress(run, "333333", "Query execution in progress.");
        }

        await Exchange.AnswerAsync(http, answer).ConfigureAwait(false);
    }

    private async Task AbortAsync(HttpContext http)
    {
        var session = sessions.Of(http);
        using var body = await Exchange.BodyAsync(http).ConfigureAwait(false);
        var run = Exchange.Text(body.RootElement, "requestId") is { } id ? session.ByRequest(id) : null;
        if (run is null && Exchange.Text(body.RootElement, "queryId") is { } query) run = session.ByQuery(query);
        var runs = run is { HasEnded: false };
        run?.Cancel();
        await Exchange.AnswerAsync(http, !runs
            ? WireAnswer.Failure(new WireError("000605", "02000", "Identified SQL statement is not currently executing.", run?.QueryId))
            : WireAnswer.Empty()).ConfigureAwait(false);
    }

    private async Task StatusAsync(HttpContext http)
    {
        var session = sessions.Of(http);
        var run = session.ByQuery((string)http.Request.RouteValues["id"]!);
        await Exchange.AnswerAsync(http, WireAnswer.Success(json =>
        {
            json.WriteStartArray("queries");
            if (run is not null)
            {
                var status = run.Status switch
                {
                    QueryStatus.Queued => "QUEUED",
                    QueryStatus.Running => "RUNNING",
                    QueryStatus.Success => "SUCCESS",
                    _ when run.Error is { Code: "000604" } => "ABORTED",
                    _ => "FAILED_WITH_ERROR",
                };
                json.WriteStartObject();
                json.WriteString("id", run.QueryId);
                json.WriteString("status", status);
                json.WriteString("state", status);
                json.WriteString("errorCode", run.Error?.Code ?? "");
                json.WriteString("errorMessage", run.Error?.Message);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        })).ConfigureAwait(false);
    }

    private static QueryRun Run(WireSession session, HttpContext http)
    {
        var id = (string)http.Request.RouteValues["id"]!;
        return session.ByQuery(id) ?? throw new RefusedException(WireError.ResultNotFound(id.Length <= 100 ? id : ""));
    }

    private static byte[] InProgress(QueryRun run, string code, string message) => WireAnswer.Success(
        json =>
        {
            json.WriteString("queryId", run.QueryId);
            json.WriteString("getResultUrl", $"/queries/{run.QueryId}/result");
            json.WriteNumber("queryAbortsAfterSecs", 300);
        },
        code, message);
}
