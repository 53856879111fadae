using Npgsql;

namespace EtlTools.Core.Sync;

/// <summary>
/// Whether the next rows are worth sending straight into the target. COPY into the target costs half of staging and upsert, but
/// refuses all of them when one is bad or its key is there already; so it is tried while all rows are likely to be new, and never
/// again once the guess was wrong.
/// </summary>
/// <param name="plan">The load.</param>
/// <param name="isTargetNew">Whether the target is known to have had no row before this load.</param>
internal sealed class DirectCopy(LoadPlan plan, bool isTargetNew = false)
{
    private bool _isRuledOut = plan.IsDryRun || !plan.Target.StoresWhatIsCopied;
    private bool _areAllNew = isTargetNew;

    /// <summary>Whether all of the next rows are likely to be new.</summary>
    public bool IsLikely => _areAllNew && !_isRuledOut;

    /// <summary>Looks whether the target is empty.</summary>
    public async Task LookAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (_isRuledOut) return;
        await using var command = new NpgsqlCommand(plan.Sql.HasRows, connection);
        _areAllNew = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is false;
    }

    /// <summary>Learns that the target refused rows.</summary>
    public void WasRefused() => _isRuledOut = true;

    /// <summary>Learns from rows that were staged: when all were new, so may those behind them be.</summary>
    /// <param name="rows">How many they were.</param>
    /// <param name="inserted">How many of them were inserted.</param>
    public void Staged(long rows, long inserted) => _areAllNew = rows > 0 && inserted == rows;
}
