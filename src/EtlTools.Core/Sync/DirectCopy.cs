using Npgsql;

namespace EtlTools.Core.Sync;

/// <summary>
/// Whether the next batch is worth sending straight into the target. COPY into the target costs half of staging and upsert, but
/// refuses the whole batch when a row is bad or its key is there already; so it is tried while all rows are likely to be new, and
/// never again in a run that guessed wrong once.
/// </summary>
internal sealed class DirectCopy(LoadPlan plan)
{
    private bool _isRuledOut = plan.IsDryRun || !plan.Target.StoresWhatIsCopied;

    /// <summary>Whether all rows of the next batch are likely to be new.</summary>
    public bool IsLikely { get; private set; }

    /// <summary>Looks whether the target is empty.</summary>
    public async Task PrepareAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (_isRuledOut) return;
        await using var command = new NpgsqlCommand(plan.Sql.HasRows, connection);
        IsLikely = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is false;
    }

    /// <summary>Learns that the target refused a batch.</summary>
    public void WasRefused()
    {
        _isRuledOut = true;
        IsLikely = false;
    }

    /// <summary>Learns from a batch that was staged: when all its rows were new, so may those behind it be.</summary>
    /// <param name="rows">Rows of the batch that were encoded.</param>
    /// <param name="inserted">How many of them were inserted.</param>
    public void Staged(int rows, long inserted) => IsLikely = !_isRuledOut && rows > 0 && inserted == rows;
}
