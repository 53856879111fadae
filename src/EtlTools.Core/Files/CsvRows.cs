using System.Buffers;

namespace EtlTools.Core.Files;

/// <summary>
/// Finds row ends in a stream of CSV as PostgreSQL's COPY writes it (fields quoted with <c>"</c>, rows ended by a newline), chunk by
/// chunk. A newline inside quotes is part of a value.
/// </summary>
internal sealed class CsvRows
{
    private static readonly SearchValues<byte> QuoteOrNewline = SearchValues.Create("\"\n"u8);
    private bool _isQuoted;

    /// <summary>Rows ended so far.</summary>
    public long Count { get; private set; }

    /// <summary>Takes in the next chunk.</summary>
    /// <returns>How many of its bytes belong to rows that have ended; 0 when no row ends in it.</returns>
    public int Take(ReadOnlySpan<byte> chunk)
    {
        var end = 0;
        var at = 0;
        while (chunk[at..].IndexOfAny(QuoteOrNewline) is var found and >= 0)
        {
            at += found;
            // A doubled quote inside a value closes and opens again, which comes to the same.
            if (chunk[at] == '"') _isQuoted = !_isQuoted;
            else if (!_isQuoted)
            {
                Count++;
                end = at + 1;
            }

            at++;
        }

        return end;
    }
}
