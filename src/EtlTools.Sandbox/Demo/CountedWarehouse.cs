using System.Data.Common;

namespace EtlTools.Sandbox.Demo;

/// <summary>Counts the sessions that are made at the local warehouse, to show that an idle sync makes none.</summary>
internal sealed class CountedWarehouse
{
    private int _opened;

    /// <summary>Sessions made so far.</summary>
    public int Opened => Volatile.Read(ref _opened);

    /// <summary>A provider like another one, counted; null for none.</summary>
    public DbProviderFactory? Of(DbProviderFactory? provider) => provider is null ? null : new Counting(this, provider);

    private sealed class Counting(CountedWarehouse owner, DbProviderFactory provider) : DbProviderFactory
    {
        public override DbConnection? CreateConnection()
        {
            Interlocked.Increment(ref owner._opened);
            return provider.CreateConnection();
        }
    }
}
