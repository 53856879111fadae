using System.Data.Common;
using EtlTools.Core.Config;
using EtlTools.LocalWarehouse;

namespace EtlTools.Cli;

/// <summary>The one place where the command line knows the local warehouse: what <c>SNOWFLAKE_ACCOUNT=local</c> stands for.</summary>
internal static class LocalWarehouseProvider
{
    /// <summary>The factory when the account is local; null otherwise, so that its assembly is not loaded.</summary>
    public static DbProviderFactory? For(EtlSettings settings) => settings.Snowflake is { IsLocal: true } ? Factory() : null;

    private static LocalWarehouseFactory Factory() => LocalWarehouseFactory.Instance;
}
