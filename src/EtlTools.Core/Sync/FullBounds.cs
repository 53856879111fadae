using System.Data.Common;
using System.Globalization;
using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Sync;

/// <summary>What a full load is told before it reads.</summary>
internal static class FullBounds
{
    /// <summary>Counts the rows and finds where an incremental run can take over.</summary>
    public static async Task<(long Rows, string? Newest)> FindAsync(
        DbConnection connection, SnowflakeFullSql sql, TimeSpan settle, CancellationToken cancellationToken)
    {
        var row = await SnowflakeStatement.RowAsync(connection, sql.Bounds(settle), [], cancellationToken).ConfigureAwait(false);
        return (long.Parse(row[0]!, CultureInfo.InvariantCulture), row[1]);
    }
}
