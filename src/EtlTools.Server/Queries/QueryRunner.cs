using EtlTools.LocalWarehouse;
using EtlTools.Server.Http;
using EtlTools.Server.Results;
using EtlTools.Server.Sessions;

namespace EtlTools.Server.Queries;

/// <summary>Runs statements in their session, one after the other, whether or not the driver that sent them still waits.</summary>
internal sealed partial class QueryRunner(ResultStore results, ILogger<QueryRunner> logger)
{
    /// <summary>Starts a run and returns at once.</summary>
    /// <param name="session">Where it runs.</param>
    /// <param name="run">The run.</param>
    /// <param name="request">What it runs.</param>
    /// <param name="baseUrl">The address under which the driver knows this endpoint.</param>
    internal void Start(WireSession session, QueryRun run, QueryRequest request, string baseUrl) => _ = Task.Run(() => RunAsync(session, run, request, baseUrl));

    private async Task RunAsync(WireSession session, QueryRun run, QueryRequest request, string baseUrl)
    {
        try
        {
            using var turn = await session.TurnAsync(run.Cancelled).ConfigureAwait(false);
            run.Started();
            run.Succeeded(request.StatementCount == 1
                ? await OneAsync(session, run, request, baseUrl).ConfigureAwait(false)
                : await SeveralAsync(session, run, request, baseUrl).ConfigureAwait(false));
        }
#pragma warning disable CA1031 // Whatever it is, somebody waits for the answer.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (exception is LocalWarehouseException { ErrorCode: FailureGate.ConnectionLost }) session.Lose();
            run.Failed(Explain(exception));
        }
        finally
        {
            run.Dispose();
        }
    }

    private async Task<byte[]> OneAsync(WireSession session, QueryRun run, QueryRequest request, string baseUrl)
    {
        if (RemoteTransfer.IsOne(request.Sql) && !request.IsDescription) return await new RemoteTransfer(session).PlanAsync(request.Sql, run.QueryId, run.Cancelled).ConfigureAwait(false);
        if (request.IsDescription)
        {
            var described = await session.Warehouse.DescribeAsync(request.Sql, request.Bindings.First, run.QueryId, run.Cancelled).ConfigureAwait(false);
            return await new ResultAnswer(results, session, baseUrl).WriteAsync(described, run.Cancelled).ConfigureAwait(false);
        }

        var bound = request.BindStage is { } stage ? await new StagedBindings(session.Warehouse).ReadAsync(request.Sql, stage, run.Cancelled).ConfigureAwait(false) : request.Bindings;
        var result = await session.Warehouse.ExecuteAsync(request.Sql, bound.First, request.Timeout, run.QueryId, run.Cancelled, bound.Rows).ConfigureAwait(false);
        return await new ResultAnswer(results, session, baseUrl).WriteAsync(result, run.Cancelled).ConfigureAwait(false);
    }

    /// <summary>Each statement gets a query id and an answer of its own; the answer of all names them.</summary>
    private async Task<byte[]> SeveralAsync(WireSession session, QueryRun run, QueryRequest request, string baseUrl)
    {
        if (request.IsDescription) throw new RefusedException(WireError.Unsupported("describing several statements"));
        var statements = StatementText.Split(request.Sql);
        if (request.StatementCount != 0 && statements.Count != request.StatementCount)
            throw new RefusedException(new WireError("000008", "0A000", $"Actual statement count {statements.Count} did not match the desired statement count {request.StatementCount}."));
        var ids = new List<string>();
        var types = new List<int>();
        foreach (var sql in statements)
        {
            var part = new QueryRun("", Guid.NewGuid().ToString());
            session.Add(part);
            part.Started();
            try
            {
                var result = await session.Warehouse.ExecuteAsync(sql, [], request.Timeout, part.QueryId, run.Cancelled).ConfigureAwait(false);
                types.Add(StatementIds.Of(result));
                part.Succeeded(await new ResultAnswer(results, session, baseUrl).WriteAsync(result, run.Cancelled).ConfigureAwait(false));
            }
            catch (Exception exception)
            {
                part.Failed(Explain(exception));
                throw;
            }
            finally
            {
                part.Dispose();
            }

            ids.Add(part.QueryId);
        }

        return WireAnswer.Success(json =>
        {
            json.WriteString("resultIds", string.Join(',', ids));
            json.WriteString("resultTypes", string.Join(',', types));
            ResultAnswer.WriteStatement(json, run.QueryId, 0xA000, session.Warehouse.State);
        });
    }

    private WireError Explain(Exception exception)
    {
        switch (exception)
        {
            case RefusedException refused: return refused.Error;
            // The session's transaction and temporary tables are gone with the connection; drivers then sign in anew.
            case LocalWarehouseException { ErrorCode: FailureGate.ConnectionLost }: return WireError.SessionGone;
            case LocalWarehouseException failure: return FailureGate.Of(failure);
            case OperationCanceledException: return new WireError("000604", "57014", "SQL execution canceled");
            default:
                LogInternal(logger, exception);
                return new WireError("000603", "XX000", "SQL execution internal error: Processing aborted by error 300002.");
        }
    }

    [LoggerMessage(EventId = 6002, Level = LogLevel.Error, Message = "A statement failed inside the endpoint")]
    private static partial void LogInternal(ILogger logger, Exception exception);
}
