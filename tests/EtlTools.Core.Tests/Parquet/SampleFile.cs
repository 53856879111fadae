using System.Globalization;
using System.Numerics;
using System.Text;
using EtlTools.Parquet.Writing;

namespace EtlTools.Core.Tests.Parquet;

/// <summary>A file with every kind of column, and what each value is as text the way DuckDB writes it.</summary>
internal static class SampleFile
{
    public static readonly IReadOnlyList<ParquetField> Fields =
    [
        new("id", ParquetKind.Integer, IsOptional: false), new("text", ParquetKind.Text), new("规模 \"明细\".x", ParquetKind.Text), new("bytes", ParquetKind.Binary),
        new("flag", ParquetKind.Boolean), new("double", ParquetKind.Double), new("small", ParquetKind.Decimal, Precision: 9, Scale: 2),
        new("middle", ParquetKind.Decimal, Precision: 18, Scale: 0), new("wide", ParquetKind.Decimal, Precision: 38, Scale: 37),
        new("date", ParquetKind.Date), new("time", ParquetKind.Time), new("wall", ParquetKind.Timestamp), new("instant", ParquetKind.Instant),
        new("always", ParquetKind.Boolean, IsOptional: false), new("never", ParquetKind.Text),
    ];

    /// <summary>Writes rows of random and of extreme values.</summary>
    /// <returns>Their texts; null for NULL.</returns>
    public static List<string?[]> Write(Stream destination, int seed, int rows, int groupBytes)
    {
        var random = new Random(seed);
        using var writer = new ParquetWriter(destination, Fields, groupBytes);
        var written = new List<string?[]>();
        // Stretches of NULL and of values, of all lengths, so that levels come as runs and as bits.
        var (isNull, left) = (false, 0);
        for (var row = 0; row < rows; row++)
        {
            if (left-- == 0) (isNull, left) = (!isNull, random.Next(random.Next(2) == 0 ? 5 : 60));
            var values = new string?[Fields.Count];
            for (var i = 0; i < values.Length; i++)
            {
                var column = writer.Column(i);
                if (!column.Field.IsOptional || !(isNull || column.Field.Name == "never" || random.Next(20) == 0)) values[i] = Add(column, random, row);
                else column.Null();
            }

            writer.EndRow();
            written.Add(values);
        }

        writer.Finish();
        return written;
    }

    private static string Add(ColumnWriter column, Random random, int row)
    {
        switch (column.Field.Kind)
        {
            case ParquetKind.Integer:
                var number = row switch { 0 => long.MinValue, 1 => long.MaxValue, _ => row };
                column.Add(number);
                return number.ToString(CultureInfo.InvariantCulture);
            case ParquetKind.Text:
                var text = row % 997 == 5 ? new string('规', 100_000) : new string([.. Enumerable.Range(0, random.Next(30)).Select(_ => "ab,\"\n\r\\é规 "[random.Next(10)])]);
                column.Add(Encoding.UTF8.GetBytes(text));
                return text;
            case ParquetKind.Binary:
                var bytes = new byte[random.Next(20)];
                random.NextBytes(bytes);
                column.Add(bytes);
                return Convert.ToHexString(bytes);
            case ParquetKind.Boolean:
                var flag = random.Next(3) == 0;
                column.Add(flag);
                return flag ? "true" : "false";
            case ParquetKind.Double:
                var number64 = Pick(random, BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)), double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, double.Epsilon, double.MaxValue, 0.1);
                column.Add(number64);
                return BitConverter.DoubleToInt64Bits(double.IsNaN(number64) ? double.NaN : number64).ToString(CultureInfo.InvariantCulture);
            case ParquetKind.Decimal:
                var limit = BigInteger.Pow(10, column.Field.Precision) - 1;
                var unscaled = (Int128)Pick(random, (new BigInteger(random.NextDouble() * 1e15) * limit / new BigInteger(1e15)) * (random.Next(2) * 2 - 1), limit, -limit, 0, 1, -1);
                column.AddDecimal(unscaled);
                return Decimal(unscaled, column.Field.Scale);
            case ParquetKind.Date:
                var day = Pick(random, DateOnly.FromDayNumber(random.Next(DateOnly.MaxValue.DayNumber)), DateOnly.MinValue, DateOnly.MaxValue, new DateOnly(1969, 12, 31));
                column.Add(day.DayNumber - new DateOnly(1970, 1, 1).DayNumber);
                return day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            case ParquetKind.Time:
                var time = Pick(random, random.NextInt64(86_400_000_000), 0, 86_399_999_999);
                column.Add(time);
                return Fraction(new DateTime(time * 10), "HH:mm:ss");
            default:
                var moment = Pick(random, new DateTime(random.NextInt64(DateTime.MaxValue.Ticks) / 10 * 10), DateTime.MinValue, new DateTime(DateTime.MaxValue.Ticks / 10 * 10), new DateTime(1969, 12, 31, 23, 59, 59).AddTicks(9_999_990));
                column.Add((moment - DateTime.UnixEpoch).Ticks / 10);
                return Fraction(moment, "yyyy-MM-dd HH:mm:ss") + (column.Field.Kind == ParquetKind.Instant ? "+00" : "");
        }
    }

    private static T Pick<T>(Random random, T usual, params T[] extremes) => random.Next(4) == 0 ? extremes[random.Next(extremes.Length)] : usual;

    // Without the zeros at the end, nor the point before nothing.
    private static string Fraction(DateTime moment, string format) => moment.ToString(format + ".FFFFFF", CultureInfo.InvariantCulture);

    private static string Decimal(Int128 unscaled, int scale)
    {
        var digits = Int128.Abs(unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        return (unscaled < 0 ? "-" : "") + digits[..^scale] + (scale > 0 ? "." + digits[^scale..] : "");
    }
}
