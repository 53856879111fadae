using System.Security.Cryptography;
using EtlTools.LocalWarehouse.Engine;
using EtlTools.Server.Http;
using EtlTools.Server.Queries;

namespace EtlTools.Server.Sessions;

/// <summary>One driver's session: its tokens, its warehouse session and the statements it has sent.</summary>
internal sealed class WireSession : IAsyncDisposable
{
    /// <summary>Answers kept for a driver that asks again, because the first answer was lost on its way.</summary>
    private const int KeptRuns = 128;

    private readonly ServerOptions _options;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _gate = new();
    private readonly Queue<QueryRun> _runs = new();
    private readonly Dictionary<string, QueryRun> _byRequest = new(StringComparer.Ordinal);
    private readonly Dictionary<string, QueryRun> _byQuery = new(StringComparer.OrdinalIgnoreCase);
    private long _lastUsed;
    private long _tokenMade;
    private bool _closed;
    private volatile bool _lost;

    internal WireSession(long id, WarehouseSession warehouse, ServerOptions options)
    {
        Id = id;
        Warehouse = warehouse;
        _options = options;
        Presence = new SessionPresence(options.Time, options.AbandonedAfter, UndoAsync);
        Renew();
    }

    internal long Id { get; }

    internal WarehouseSession Warehouse { get; }

    internal SessionPresence Presence { get; }

    internal string Token { get; private set; } = "";

    internal string MasterToken { get; private set; } = "";

    internal bool IsTokenExpired => _options.Time.GetElapsedTime(_tokenMade) >= _options.SessionTokenLifetime;

    /// <summary>Whether its connection to the warehouse broke, so that it can only be closed.</summary>
    internal bool IsLost => _lost;

    internal bool IsExpired => _options.Time.GetElapsedTime(Volatile.Read(ref _lastUsed)) >= _options.MasterTokenLifetime;

    /// <summary>Makes new tokens, which replace the old ones.</summary>
    internal void Renew()
    {
        Token = RandomNumberGenerator.GetHexString(64, lowercase: true);
        MasterToken = RandomNumberGenerator.GetHexString(64, lowercase: true);
        _tokenMade = _options.Time.GetTimestamp();
        Touch();
    }

    /// <summary>Notes that its connection to the warehouse broke.</summary>
    internal void Lose() => _lost = true;

    /// <summary>Lets the session token expire now.</summary>
    internal void ExpireToken() => _tokenMade = _options.Time.GetTimestamp() - (long)(_options.SessionTokenLifetime.TotalSeconds * _options.Time.TimestampFrequency);

    internal void Touch() => Volatile.Write(ref _lastUsed, _options.Time.GetTimestamp());

    /// <summary>The run of a request id: the one that is there, or a new one, which <paramref name="start"/> then starts.</summary>
    internal QueryRun RunOf(string requestId, Func<QueryRun> make, Action<QueryRun> start)
    {
        QueryRun run;
        lock (_gate)
        {
            if (_closed) throw new RefusedException(WireError.SessionGone);
            if (_byRequest.TryGetValue(requestId, out var known)) return known;
            run = make();
            Keep(run);
        }

        start(run);
        return run;
    }

    /// <summary>Keeps a run's answer to be asked for by its query id.</summary>
    internal void Add(QueryRun run)
    {
        lock (_gate) Keep(run);
    }

    internal QueryRun? ByRequest(string requestId)
    {
        lock (_gate) return _byRequest.GetValueOrDefault(requestId);
    }

    internal QueryRun? ByQuery(string queryId)
    {
        lock (_gate) return _byQuery.GetValueOrDefault(queryId);
    }

    /// <summary>Waits until the session's other statements have ended: one runs at a time.</summary>
    internal async Task<IDisposable> TurnAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Turn(_turn);
    }

    /// <summary>
    /// Rolls back what its client has left open, once the statement that runs has ended. The session is over then: a client that
    /// comes back must not take its transaction for open.
    /// </summary>
    private async Task UndoAsync()
    {
        using var turn = await TurnAsync(CancellationToken.None).ConfigureAwait(false);
        if (_closed || !Warehouse.Transactions.IsOpen) return;
        Lose();
        try
        {
            await Warehouse.Transactions.RollbackAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is System.Data.Common.DbException or InvalidOperationException or IOException)
        {
            // The connection below is gone, and what was open with it.
        }
    }

    /// <summary>Cancels what runs and closes the warehouse's session.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            foreach (var run in _runs) run.Cancel();
        }

        using (await TurnAsync(CancellationToken.None).ConfigureAwait(false))
            await Warehouse.DisposeAsync().ConfigureAwait(false);
    }

    private void Keep(QueryRun run)
    {
        _runs.Enqueue(run);
        _byQuery[run.QueryId] = run;
        if (run.RequestId.Length > 0) _byRequest[run.RequestId] = run;
        while (_runs.Count > KeptRuns && _runs.Peek().HasEnded)
        {
            var old = _runs.Dequeue();
            _byQuery.Remove(old.QueryId);
            if (_byRequest.TryGetValue(old.RequestId, out var known) && ReferenceEquals(known, old)) _byRequest.Remove(old.RequestId);
        }
    }

    private sealed class Turn(SemaphoreSlim gate) : IDisposable
    {
        private SemaphoreSlim? _gate = gate;

        public void Dispose() => Interlocked.Exchange(ref _gate, null)?.Release();
    }
}
