using System.Data.Common;
using System.Globalization;
using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Sync;

/// <summary>Divides a range of the cursor into parts of about equal numbers of rows, from one small aggregate of the source.</summary>
internal static class CursorParts
{
    /// <summary>Reads how the rows lie in the range, and divides it.</summary>
    /// <param name="connection">An open connection to the source.</param>
    /// <param name="distribution">A query of groups in order: newest cursor text, number of rows; as <see cref="Snowflake.SnowflakeWindowSql.Distribution"/> makes it.</param>
    /// <param name="values">What it binds; the last is the end of the range.</param>
    /// <param name="rowsInPart">A part ends with the first group that brings it to so many rows.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    /// <returns>The parts in order; the last one ends where the range does. Rows that arrive later lie in one part or another.</returns>
    public static async Task<IReadOnlyList<CursorPart>> ReadAsync(
        DbConnection connection, string distribution, IReadOnlyList<string> values, long rowsInPart, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = distribution;
        SnowflakeStatement.Bind(command, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var parts = new List<CursorPart>();
        var inPart = 0L;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            inPart += long.Parse(reader.GetString(1), CultureInfo.InvariantCulture);
            if (inPart < rowsInPart || reader.GetString(0) == values[^1]) continue;
            parts.Add(new CursorPart(reader.GetString(0), inPart));
            inPart = 0;
        }

        parts.Add(new CursorPart(values[^1], inPart));
        return parts;
    }

    /// <summary>How wide a range is, from the text the source sent; null for one that is not divided: of no width, or wider than a decimal.</summary>
    public static decimal? Distance(string? text) =>
        decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var distance) && distance > 0 ? distance : null;
}

/// <summary>A part of a range.</summary>
/// <param name="High">Its last cursor text, inclusive.</param>
/// <param name="Rows">Rows in it.</param>
internal sealed record CursorPart(string High, long Rows);
