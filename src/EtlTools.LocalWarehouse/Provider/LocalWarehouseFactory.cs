using System.Data.Common;
using Npgsql;

namespace EtlTools.LocalWarehouse;

/// <summary>The ADO.NET provider that behaves as Snowflake on top of a PostgreSQL database.</summary>
public sealed class LocalWarehouseFactory : DbProviderFactory, IDisposable
{
    /// <summary>The one instance.</summary>
    public static readonly LocalWarehouseFactory Instance = new();

    private LocalWarehouseFactory()
    {
    }

    /// <summary>Closes the pooled connections that nobody uses now. The factory goes on: who opens a connection again has a new one.</summary>
    public void Dispose() => NpgsqlConnection.ClearAllPools();

    /// <inheritdoc />
    public override DbConnection CreateConnection() => new LocalWarehouseConnection();

    /// <inheritdoc />
    public override DbCommand CreateCommand() => new LocalWarehouseCommand();

    /// <inheritdoc />
    public override DbParameter CreateParameter() => new LocalWarehouseParameter();

    /// <inheritdoc />
    public override DbConnectionStringBuilder CreateConnectionStringBuilder() => new();
}
