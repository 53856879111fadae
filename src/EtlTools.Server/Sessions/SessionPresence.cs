using Microsoft.AspNetCore.Connections.Features;

namespace EtlTools.Server.Sessions;

/// <summary>
/// Whether a session's client may still be there: the connections its requests came by that are open. A process that is killed
/// leaves its session, with a transaction and its locks; when no connection has been open for a while, that is over.
/// </summary>
internal sealed class SessionPresence(TimeProvider time, TimeSpan patience, Func<Task> abandoned)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private int _generation;

    /// <summary>Notes the connection of a request.</summary>
    internal void Seen(HttpContext http)
    {
        var id = http.Connection.Id;
        lock (_gate)
        {
            _generation++;
            if (!_open.Add(id)) return;
        }

        // Without the feature nothing tells when it closes, and the session counts as present.
        http.Features.Get<IConnectionLifetimeFeature>()?.ConnectionClosed.Register(() => Closed(id));
    }

    private void Closed(string id)
    {
        int generation;
        lock (_gate)
        {
            _open.Remove(id);
            if (_open.Count > 0) return;
            generation = ++_generation;
        }

        _ = AbandonAsync(generation);
    }

    private async Task AbandonAsync(int generation)
    {
        await Task.Delay(patience, time).ConfigureAwait(false);
        lock (_gate)
        {
            if (_generation != generation) return;
        }

        await abandoned().ConfigureAwait(false);
    }
}
