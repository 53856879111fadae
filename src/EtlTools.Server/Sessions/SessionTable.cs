using System.Collections.Concurrent;
using EtlTools.LocalWarehouse.Engine;
using EtlTools.Server.Http;

namespace EtlTools.Server.Sessions;

/// <summary>The open sessions, by their tokens.</summary>
internal sealed class SessionTable(ServerOptions options) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, WireSession> _byToken = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, WireSession> _byMaster = new(StringComparer.Ordinal);
    private long _lastId = 1000;

    internal async Task<WireSession> OpenAsync(WarehouseOptions warehouse, CancellationToken cancellationToken)
    {
        var session = new WireSession(Interlocked.Increment(ref _lastId), await WarehouseSession.OpenAsync(warehouse, cancellationToken).ConfigureAwait(false), options);
        Enter(session);
        return session;
    }

    /// <summary>The session of a request.</summary>
    /// <exception cref="RefusedException">Its token is missing, unknown or expired.</exception>
    internal WireSession Of(HttpContext http)
    {
        if (!_byToken.TryGetValue(Exchange.Token(http), out var session)) throw new RefusedException(WireError.SessionGone);
        // It stays until the next sweep or its own farewell; nothing runs in it any more.
        if (session.IsLost && http.Request.Path != "/session") throw new RefusedException(WireError.SessionGone);
        if (session.IsTokenExpired) throw new RefusedException(WireError.SessionExpired);
        session.Touch();
        session.Presence.Seen(http);
        return session;
    }

    /// <summary>Gives new tokens for the master token of the request.</summary>
    /// <exception cref="RefusedException">It is unknown or expired.</exception>
    internal WireSession Renew(HttpContext http)
    {
        if (!_byMaster.TryRemove(Exchange.Token(http), out var session) || session.IsExpired) throw new RefusedException(WireError.MasterExpired);
        _byToken.TryRemove(session.Token, out _);
        session.Renew();
        Enter(session);
        return session;
    }

    internal async Task CloseAsync(WireSession session)
    {
        _byToken.TryRemove(session.Token, out _);
        _byMaster.TryRemove(session.MasterToken, out _);
        await session.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Closes the sessions nobody has used for the master token's lifetime: drivers leave theirs open when their process ends.</summary>
    internal async Task SweepAsync()
    {
        foreach (var session in _byMaster.Values.Where(s => s.IsExpired || s.IsLost)) await CloseAsync(session).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _byMaster.Values) await CloseAsync(session).ConfigureAwait(false);
    }

    private void Enter(WireSession session)
    {
        _byToken[session.Token] = session;
        _byMaster[session.MasterToken] = session;
    }
}
