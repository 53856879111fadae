using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Sync;

/// <summary>
/// Opens the queries of a run one after the other, each while the one before it is still being read, so that the source has
/// sorted the next part by the time it is wanted. At most two are open. Not thread-safe.
/// </summary>
internal sealed class SourceStreams(SnowflakeConnector snowflake, string queryTag, ISourceQueries queries) : IAsyncDisposable
{
    private int _nextIndex = -1;
    private Task<SourceStream>? _next;

    /// <summary>Opens a query, or hands out the one that was started ahead, and starts the one behind it.</summary>
    /// <param name="index">Which, from 0.</param>
    /// <param name="query">Its text and values.</param>
    /// <param name="isResumed">Whether it goes on where an earlier attempt broke off, so that nothing can have been started for it.</param>
    /// <param name="cancellationToken">Stops opening, also of the query started ahead.</param>
    public async Task<SourceStream> OpenAsync(int index, SourceQuery query, bool isResumed, CancellationToken cancellationToken)
    {
        var stream = _nextIndex == index && !isResumed && _next is { } started
            ? await TakeAsync(started).ConfigureAwait(false)
            : await SourceStream.OpenAsync(snowflake, queryTag, query, cancellationToken).ConfigureAwait(false);
        if (index + 1 < queries.Count && _next is null)
        {
            _nextIndex = index + 1;
            _next = SourceStream.OpenAsync(snowflake, queryTag, queries.Get(index + 1, null), cancellationToken);
        }

        return stream;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_next is not { } started) return;
        _next = null;
#pragma warning disable CA1031 // Nobody waits for this query any more, so nobody wants to know why it failed.
        try
        {
            await (await started.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
        }
#pragma warning restore CA1031
    }

    private Task<SourceStream> TakeAsync(Task<SourceStream> started)
    {
        // If it failed, the caller's next attempt opens the query anew.
        _next = null;
        return started;
    }
}
