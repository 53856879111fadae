using EtlTools.Core.Files;
using Xunit;

namespace EtlTools.Core.Tests.Files;

/// <summary>Rows come out as they were written, however the stream is cut into pieces.</summary>
public sealed class CsvRowReaderTests
{
    [Theory]
    [InlineData(977)]
    [InlineData(7)]
    [InlineData(4_000_000)]
    public async Task Rows_come_back_as_they_were_written(int piece)
    {
        var random = new Random(4711);
        string?[] values = [null, "", "a", "a \"b\", c", "two\nlines\r", "\\.", "工单 \U0001F600", new string('x', 70_000)];
        var rows = Enumerable.Range(0, 300).Select(_ => Enumerable.Range(0, 3).Select(_ => values[random.Next(values.Length)]).ToArray()).ToList();
        using var csv = new MemoryStream();
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
            {
                if (i > 0) csv.WriteByte((byte)',');
                CsvFields.Encode(row[i], csv);
            }

            csv.WriteByte((byte)'\n');
        }

        var read = new List<string?[]>();
        await foreach (var row in CsvRowReader.ReadAsync(new Pieces(csv.ToArray(), piece), default)) read.Add(row);

        Assert.Equal(rows, read);
    }

    [Fact]
    public async Task A_stream_that_ends_inside_a_row_is_refused() => await Assert.ThrowsAsync<Errors.IntegrityException>(async () =>
    {
        await foreach (var _ in CsvRowReader.ReadAsync(new MemoryStream("1,\"a\n"u8.ToArray()), default))
        {
        }
    });

    /// <summary>Gives at most so many bytes a read.</summary>
    private sealed class Pieces(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
