using System.Data.Common;

namespace EtlTools.LocalWarehouse;

/// <summary>The ADO.NET provider that behaves as Snowflake on top of a PostgreSQL database.</summary>
public sealed class LocalWarehouseFactory : DbProviderFactory
{
    /// <summary>The one instance.</summary>
    public static readonly LocalWarehouseFactory Instance = new();

    private LocalWarehouseFactory()
    {
    }

    /// <inheritdoc />
    public override DbConnection CreateConnection() => new LocalWarehouseConnection();

    /// <inheritdoc />
    public override DbCommand CreateCommand() => new LocalWarehouseCommand();

    /// <inheritdoc />
    public override DbParameter CreateParameter() => new LocalWarehouseParameter();

    /// <inheritdoc />
    public override DbConnectionStringBuilder CreateConnectionStringBuilder() => new();
}
