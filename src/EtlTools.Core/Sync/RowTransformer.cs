using System.Data.Common;
using EtlTools.Core.Rows;

namespace EtlTools.Core.Sync;

/// <summary>Collects rows, hands them to a transform chunk by chunk, and encodes what comes back.</summary>
internal sealed class RowTransformer(IRowTransform transform, RowEncoder encoder)
{
    private readonly List<(TransformRow Row, string? Cursor)> _waiting = [];

    /// <summary>Rows collected that are in no batch yet.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Forgets what was collected, when the rows are going to be read again.</summary>
    public void Clear() => _waiting.Clear();

    /// <summary>Takes the current row.</summary>
    /// <returns>Whether it is time to apply the transform.</returns>
    public bool Add(DbDataReader reader, string? cursor)
    {
        var values = new string?[encoder.Columns.Count];
        for (var i = 0; i < values.Length; i++) values[i] = reader.IsDBNull(i) ? null : reader.GetString(i);
        _waiting.Add((new TransformRow(encoder.Columns, values), cursor));
        return _waiting.Count >= transform.ChunkSize;
    }

    /// <summary>Applies the transform and puts each row where it belongs.</summary>
    /// <param name="batch">Takes the rows.</param>
    /// <param name="passed">Told each row's cursor, dropped or not.</param>
    /// <param name="cancellationToken">Stops the transform.</param>
    public async Task FlushAsync(RowBatch batch, Action<string> passed, CancellationToken cancellationToken)
    {
        if (_waiting.Count == 0) return;
        await transform.ApplyAsync(_waiting.ConvertAll(entry => entry.Row), cancellationToken).ConfigureAwait(false);
        foreach (var (row, cursor) in _waiting)
        {
            if (row.Rejection is { } reason) encoder.Reject(row.Original, batch, reason);
            else if (row.IsDropped) batch.Drop();
            else encoder.Encode(new TextFields(row.Values), batch);
            if (cursor is not null) passed(cursor);
        }

        _waiting.Clear();
    }
}
