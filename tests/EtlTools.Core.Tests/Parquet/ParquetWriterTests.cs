using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using EtlTools.Parquet.Reading;
using EtlTools.Parquet.Writing;
using Xunit;

namespace EtlTools.Core.Tests.Parquet;

/// <summary>What is written is what is read: by the reader of this repository, and by DuckDB.</summary>
public sealed class ParquetWriterTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(1, 5_000, 1 << 24, 1)]
    [InlineData(2, 20_000, 1 << 18, 5)]
    [InlineData(3, 1, 1 << 24, 1)]
    [InlineData(4, 0, 1 << 24, 0)]
    public void The_reader_finds_every_value(int seed, int rows, int groupBytes, int leastGroups)
    {
        var written = Write(seed, rows, groupBytes);
        using var file = ParquetFile.Open(_path);
        Assert.Equal(rows, file.RowCount);
        Assert.InRange(file.RowGroupCount, leastGroups, Math.Max(1, rows));
        var row = 0;
        for (var group = 0; group < file.RowGroupCount; group++)
        {
            var cursors = SampleFile.Fields.Select((_, column) => file.Cursor(group, column)).ToList();
            for (var i = 0; i < file.RowsOf(group); i++, row++)
            {
                for (var column = 0; column < cursors.Count; column++)
                {
                    cursors[column].Next();
                    Assert.Equal(written[row][column], cursors[column].IsNull ? null : Text(cursors[column], SampleFile.Fields[column], written[row][column]));
                }
            }
        }

        Assert.Equal(rows, row);
    }

    [DuckDbTheory]
    [InlineData(11, 5_000, 1 << 24)]
    [InlineData(12, 20_000, 1 << 18)]
    [InlineData(13, 0, 1 << 24)]
    public async Task DuckDB_finds_every_value(int seed, int rows, int groupBytes)
    {
        var written = Write(seed, rows, groupBytes);
        var found = await DuckDb.ReadAsync(_path);

        Assert.Equal(SampleFile.Fields.Select(field => field.Name), found.Columns.Select(column => column.Name));
        Assert.Equal(
            ["BIGINT", "VARCHAR", "VARCHAR", "BLOB", "BOOLEAN", "DOUBLE", "DECIMAL(9,2)", "DECIMAL(18,0)", "DECIMAL(38,37)", "DATE", "TIME", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "BOOLEAN", "VARCHAR"],
            found.Columns.Select(column => column.Type));
        Assert.Equal(rows, found.Rows.Count);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < SampleFile.Fields.Count; column++)
            {
                var text = found.Rows[row][column];
                // The shortest text that is the number; its bits are what has to be the same.
                if (text is not null && SampleFile.Fields[column].Kind == ParquetKind.Double)
                    text = BitConverter.DoubleToInt64Bits(text switch { "inf" => double.PositiveInfinity, "-inf" => double.NegativeInfinity, "nan" or "-nan" => double.NaN, _ => double.Parse(text, CultureInfo.InvariantCulture) }).ToString(CultureInfo.InvariantCulture);
                Assert.True(written[row][column] == text, $"row {row}, column {SampleFile.Fields[column].Name}: {written[row][column] ?? "NULL"} was written, {text ?? "NULL"} was read");
            }
        }
    }

    [DuckDbFact]
    public async Task DuckDB_finds_the_statistics()
    {
        using (var stream = File.Create(_path))
        {
            using var writer = new ParquetWriter(stream, [new("n", ParquetKind.Integer), new("d", ParquetKind.Double), new("t", ParquetKind.Text), new("long", ParquetKind.Text), new("none", ParquetKind.Text), new("w", ParquetKind.Decimal, Precision: 38, Scale: 2)]);
            foreach (var (n, d, t) in ((long, double, string)[])[(5, double.NaN, "b"), (-7, 2.5, "é"), (300, -1.5, "a")])
            {
                writer.Column(0).Add(n);
                writer.Column(1).Add(d);
                writer.Column(2).Add(Encoding.UTF8.GetBytes(t));
                writer.Column(3).Add(Encoding.UTF8.GetBytes(t + new string('z', 100)));
                writer.Column(4).Null();
                writer.Column(5).AddDecimal(n);
                writer.EndRow();
            }

            writer.Finish();
        }

        var found = await DuckDb.ReadAsync(_path);
        Assert.Equal(
            ["n|GZIP|0|-7|300", "d|GZIP|0|-1.5|2.5", "t|GZIP|0|a|é", "long|GZIP|0||", "none|GZIP|3||", "w|GZIP|0|-0.07|3.00"],
            found.Chunks.Select(chunk => string.Join('|', chunk)));
    }

    [Fact]
    public void A_writer_takes_only_what_its_columns_are()
    {
        using var writer = new ParquetWriter(new MemoryStream(), [new("n", ParquetKind.Integer, IsOptional: false), new("w", ParquetKind.Decimal, Precision: 5, Scale: 2)]);
        Assert.Throws<InvalidOperationException>(() => writer.Column(0).Null());
        Assert.Throws<InvalidOperationException>(() => writer.Column(0).Add("text"u8));
        Assert.Throws<InvalidOperationException>(() => writer.Column(1).Add(5L));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Column(1).AddDecimal(100_000));
        writer.Column(1).AddDecimal(-99_999);
        Assert.Throws<InvalidOperationException>(writer.EndRow); // n has no value
        Assert.Throws<ArgumentException>(() => new ParquetWriter(new MemoryStream(), []));
        Assert.Throws<ArgumentException>(() => new ParquetWriter(new MemoryStream(), [new("a", ParquetKind.Text), new("a", ParquetKind.Text)]));
        Assert.Throws<ArgumentException>(() => new ParquetWriter(new MemoryStream(), [new("a", ParquetKind.Decimal, Precision: 39)]));
    }

    [Fact]
    public void Memory_holds_one_row_group_however_many_rows_come()
    {
        using var writer = new ParquetWriter(Stream.Null, [new("a", ParquetKind.Text), new("b", ParquetKind.Text)], 1 << 18);
        var random = new Random(5);
        var bytes = new byte[300];
        var most = 0L;
        for (var row = 0; row < 50_000; row++)
        {
            random.NextBytes(bytes);
            writer.Column(0).Add(bytes);
            writer.Column(1).Null();
            writer.EndRow();
            most = Math.Max(most, writer.Column(0).Buffered + writer.Column(1).Buffered);
        }

        Assert.InRange(most, 1 << 17, 1 << 18);
        Assert.InRange(writer.Bytes, 13_000_000, 17_000_000);
    }

    private List<string?[]> Write(int seed, int rows, int groupBytes)
    {
        using var stream = File.Create(_path);
        return SampleFile.Write(stream, seed, rows, groupBytes);
    }

    // The texts of other kinds are checked by DuckDB; here their bytes are, against those of the text that was written.
    private static string Text(ColumnCursor cursor, ParquetField field, string? written) => field.Kind switch
    {
        ParquetKind.Text => Encoding.UTF8.GetString(cursor.Bytes),
        ParquetKind.Binary => Convert.ToHexString(cursor.Bytes),
        ParquetKind.Boolean => cursor.Bytes[0] != 0 ? "true" : "false",
        ParquetKind.Integer => BinaryPrimitives.ReadInt64LittleEndian(cursor.Bytes).ToString(CultureInfo.InvariantCulture),
        ParquetKind.Double => BinaryPrimitives.ReadInt64LittleEndian(cursor.Bytes).ToString(CultureInfo.InvariantCulture),
        ParquetKind.Decimal => Unscaled(cursor.Bytes) == Int128.Parse(written!.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) ? written : "another number",
        ParquetKind.Date => new DateOnly(1970, 1, 1).AddDays(BinaryPrimitives.ReadInt32LittleEndian(cursor.Bytes)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ParquetKind.Time => new DateTime(BinaryPrimitives.ReadInt64LittleEndian(cursor.Bytes) * 10).ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        _ => DateTime.UnixEpoch.AddTicks(BinaryPrimitives.ReadInt64LittleEndian(cursor.Bytes) * 10).ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture) + (field.Kind == ParquetKind.Instant ? "+00" : ""),
    };

    private static Int128 Unscaled(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        4 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        8 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        _ => BinaryPrimitives.ReadInt128BigEndian(bytes),
    };
}
