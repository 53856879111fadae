using EtlTools.LocalWarehouse;

namespace EtlTools.Server.Http;

/// <summary>Turns whatever goes wrong in a request into an answer of the protocol; a stack trace never leaves the process.</summary>
internal sealed partial class FailureGate(RequestDelegate next, ILogger<FailureGate> logger)
{
    /// <summary>The local warehouse's code for a PostgreSQL that is gone.</summary>
    internal const int ConnectionLost = 250001;

    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http).ConfigureAwait(false);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; nobody reads an answer.
        }
#pragma warning disable CA1031 // The last place before the socket.
        catch (Exception exception) when (!http.Response.HasStarted)
#pragma warning restore CA1031
        {
            var (error, status) = exception switch
            {
                RefusedException refused => (refused.Error, refused.Error.Message.StartsWith("Bad request", StringComparison.Ordinal) ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK),
                BadHttpRequestException bad => (WireError.BadRequest(bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? "the body is too large." : "it is malformed."), bad.StatusCode),
                // Signing in while PostgreSQL below is away: the drivers try again by themselves.
                LocalWarehouseException { ErrorCode: ConnectionLost } lost => (Of(lost), StatusCodes.Status503ServiceUnavailable),
                LocalWarehouseException failure => (Of(failure), StatusCodes.Status200OK),
                _ => (Internal(exception), StatusCodes.Status500InternalServerError),
            };
            await Exchange.AnswerAsync(http, WireAnswer.Failure(error), status).ConfigureAwait(false);
        }
    }

    /// <summary>The local warehouse's error on the wire.</summary>
    internal static WireError Of(LocalWarehouseException failure) =>
        new(WireAnswer.Code(failure.ErrorCode), failure.SqlState, failure.Text, failure.QueryId);

    private WireError Internal(Exception exception)
    {
        LogInternal(logger, exception);
        return new WireError("000603", "XX000", "SQL execution internal error: Processing aborted by error 300002.");
    }

    [LoggerMessage(EventId = 6001, Level = LogLevel.Error, Message = "A request failed inside the endpoint")]
    private static partial void LogInternal(ILogger logger, Exception exception);
}
