using EtlTools.LocalWarehouse.Engine;

namespace EtlTools.Server.Results;

/// <summary>The numbers by which a driver tells what a statement was, and with that which cells of the answer count its rows.</summary>
internal static class StatementIds
{
    internal const int Get = 28_929;
    internal const int Put = 28_930;
    internal const int Select = 0x1000;

    internal static int Of(StatementResult result) => result.Type switch
    {
        StatementType.Select => Select,
        StatementType.Insert => 0x3100,
        StatementType.Update => 0x3200,
        StatementType.Delete => 0x3300,
        StatementType.Merge => 0x3400,
        StatementType.Copy => result.Columns.Any(c => c.Name == "rows_unloaded") ? 0x3700 : 0x3600,
        StatementType.Session => 0x4000,
        StatementType.Show => 0x4100,
        StatementType.Transfer => 0x4200,
        StatementType.Transaction => 0x5000,
        _ => 0x6000,
    };
}
