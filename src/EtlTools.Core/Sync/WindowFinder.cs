using System.Data;
using System.Data.Common;
using System.Globalization;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;

namespace EtlTools.Core.Sync;

/// <summary>Finds the window of a run by one small query at the source.</summary>
internal sealed class WindowFinder(SnowflakeWindowSql sql)
{
    /// <summary>Finds the window.</summary>
    /// <param name="connection">An open connection to the source.</param>
    /// <param name="watermark">Where the pipeline stands; null reads from the beginning.</param>
    /// <param name="cancellationToken">Stops the queries.</param>
    public async Task<SyncWindow> FindAsync(DbConnection connection, Watermark? watermark, CancellationToken cancellationToken)
    {
        var low = watermark?.Cursor;
        var row = await RowAsync(connection, sql.Bounds(low is not null), low is null ? [] : [low], cancellationToken).ConfigureAwait(false);
        var (high, rows) = (row[0], Number(row[2]));
        // Nothing is newer than the watermark, and as many rows as then lie within its lookback: they have all been read.
        var isIdle = high is null || (watermark is { WindowComplete: true } && high == low && rows == watermark.TailRows);
        return new SyncWindow(low, high, row[1], rows, Number(row[5]), Number(row[4]), row[3], isIdle);
    }

    /// <summary>The one row of a query, each field as text.</summary>
    public static async Task<string?[]> RowAsync(
        DbConnection connection, string text, IReadOnlyList<string> values, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        Bind(command, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var row = new string?[reader.FieldCount];
        for (var i = 0; i < row.Length; i++) row[i] = reader.IsDBNull(i) ? null : reader.GetString(i);
        return row;
    }

    /// <summary>Binds texts to <c>?</c> places; Snowflake.Data names them by position from 1.</summary>
    public static void Bind(DbCommand command, IReadOnlyList<string> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = (i + 1).ToString(CultureInfo.InvariantCulture);
            parameter.DbType = DbType.String;
            parameter.Value = values[i];
            command.Parameters.Add(parameter);
        }
    }

    private static long Number(string? text) => long.Parse(text!, CultureInfo.InvariantCulture);
}
