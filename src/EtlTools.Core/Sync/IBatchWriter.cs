using EtlTools.Core.Rows;
using EtlTools.Core.State;

namespace EtlTools.Core.Sync;

/// <summary>Where batches go: the target, a staging table of a full load, or the overlay of a dry run.</summary>
internal interface IBatchWriter
{
    /// <summary>Writes a batch and accounts for each of its rows, once, whatever happens to the connection meanwhile.</summary>
    Task<RowCounts> WriteAsync(RowBatch batch, RowCounts before);

    /// <summary>Called while the source is slow.</summary>
    Task PingAsync();
}
