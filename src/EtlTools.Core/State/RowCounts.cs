using EtlTools.Core.Errors;

namespace EtlTools.Core.State;

/// <summary>Where the rows of a batch or a run went. All counts are rows.</summary>
/// <param name="Read">Rows the source sent.</param>
/// <param name="Inserted">New in the target.</param>
/// <param name="Updated">Changed in the target.</param>
/// <param name="Unchanged">Found in the target as they are.</param>
/// <param name="Superseded">Older versions of a row that came again in the same batch.</param>
/// <param name="Quarantined">Put aside with their reason.</param>
/// <param name="Dropped">Left out by the run's transform.</param>
public readonly record struct RowCounts(
    long Read, long Inserted, long Updated, long Unchanged, long Superseded, long Quarantined, long Dropped = 0)
{
    /// <summary>Adds up two parts of a run.</summary>
    public static RowCounts operator +(RowCounts a, RowCounts b) => new(
        a.Read + b.Read, a.Inserted + b.Inserted, a.Updated + b.Updated, a.Unchanged + b.Unchanged,
        a.Superseded + b.Superseded, a.Quarantined + b.Quarantined, a.Dropped + b.Dropped);

    /// <summary>Rows that are accounted for.</summary>
    public long Accounted => Processed + Quarantined + Dropped;

    /// <summary>Rows of which the newest version is in the target.</summary>
    public long Processed => Inserted + Updated + Unchanged + Superseded;

    /// <summary>Proves that every row read is accounted for exactly once.</summary>
    /// <param name="where">Pipeline and batch, for the message.</param>
    /// <exception cref="IntegrityException">The figures do not add up.</exception>
    public void EnsureAddsUp(string where)
    {
        if (Read == Accounted && Math.Min(Math.Min(Inserted, Updated), Math.Min(Unchanged, Math.Min(Superseded, Math.Min(Quarantined, Dropped)))) >= 0) return;
        throw new IntegrityException(
            $"{where}: {Read} rows read, but {Inserted} inserted + {Updated} updated + {Unchanged} unchanged + {Superseded} superseded "
            + $"+ {Quarantined} quarantined + {Dropped} dropped make {Accounted}. The batch was rolled back.",
            "Look for a trigger, rule or policy on the target that drops rows; otherwise report this as a defect.");
    }
}
