using System.Data.Common;
using EtlTools.Core.Config;
using EtlTools.LocalWarehouse;

namespace EtlTools.Sandbox;

/// <summary>What <c>SNOWFLAKE_ACCOUNT=local</c> stands for.</summary>
public static class LocalWarehouseProvider
{
    /// <summary>The factory when the account is local; null otherwise, so that its assembly is not loaded.</summary>
    public static DbProviderFactory? For(EtlSettings settings) => settings.Snowflake is { IsLocal: true } ? Factory() : null;

    private static LocalWarehouseFactory Factory() => LocalWarehouseFactory.Instance;
}
