namespace EtlTools.Server.Queries;

/// <summary>How far a statement is, in the words of the status request.</summary>
internal enum QueryStatus
{
    Queued,
    Running,
    Success,
    Failed,
}

/// <summary>A statement on its way, and later its answer, which can be asked for again.</summary>
internal sealed class QueryRun(string requestId, string queryId) : IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly TaskCompletionSource<byte[]> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile QueryStatus _status;

    /// <summary>The driver's id of the request; empty for the parts of several statements in one text.</summary>
    internal string RequestId => requestId;

    internal string QueryId => queryId;

    internal QueryStatus Status => _status;

    /// <summary>Code and message of the failure.</summary>
    internal Http.WireError? Error { get; private set; }

    internal bool HasEnded => _answer.Task.IsCompleted;

    /// <summary>The complete JSON of the answer.</summary>
    internal Task<byte[]> Answer => _answer.Task;

    internal CancellationToken Cancelled => _cancel.Token;

    internal void Started() => _status = QueryStatus.Running;

    internal void Succeeded(byte[] answer) => End(QueryStatus.Success, answer);

    internal void Failed(Http.WireError error)
    {
        Error = error with { QueryId = QueryId };
        End(QueryStatus.Failed, Http.WireAnswer.Failure(Error));
    }

    /// <summary>Asks the statement to stop; harmless when it has ended.</summary>
    internal void Cancel()
    {
        try
        {
            _cancel.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended at this moment.
        }
    }

    public void Dispose() => _cancel.Dispose();

    private void End(QueryStatus status, byte[] answer)
    {
        _status = status;
        _answer.TrySetResult(answer);
    }
}
