using System.IO.Compression;
using System.Text;
using EtlTools.Core.Errors;
using EtlTools.Core.Files;
using Xunit;

namespace EtlTools.Core.Tests.Files;

public sealed class CsvFilesTests : IDisposable
{
    private readonly WorkFolder _folder = WorkFolder.Create(Directory.CreateTempSubdirectory("etl-files-").FullName, "test");

    public void Dispose()
    {
        _folder.Dispose();
        Directory.Delete(Path.GetDirectoryName(_folder.Path)!, recursive: true);
    }

    [Fact]
    public void Row_ends_are_found_wherever_the_stream_is_cut()
    {
        var csv = "1,a\n2,\"x\"\"\n\"\"y\"\n3,\"\"\n4,\n\"5\",\"\n\"\n"u8.ToArray();
        for (var cut = 0; cut <= csv.Length; cut++)
        {
            var rows = new CsvRows();
            rows.Take(csv.AsSpan(0, cut));
            var end = rows.Take(csv.AsSpan(cut));
            Assert.Equal(5, rows.Count);
            if (cut < csv.Length) Assert.Equal(csv.Length - cut, end);
        }
    }

    [Theory]
    [InlineData(1, 40_000)]
    [InlineData(2, 200)]
    [InlineData(3, 3_000_000)]
    public async Task Files_hold_every_row_once_and_whole_whatever_their_size(int seed, long fileSize)
    {
        var random = new Random(seed);
        var expected = new List<string>();
        var csv = new MemoryStream();
        for (var i = 0; i < 20_000; i++)
        {
            var value = new string([.. Enumerable.Range(0, random.Next(60)).Select(_ => "ab,\"\n\r\\é规"[random.Next(9)])]);
            if (i % 5000 == 4999) value = new string('z', 2_500_000); // longer than a block
            var row = $"{i},\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n";
            expected.Add(row);
            csv.Write(Encoding.UTF8.GetBytes(row));
        }

        csv.Position = 0;
        var files = new List<StagedFile>();
        var rawBytes = await new CsvFileWriter(_folder.Path, RowFileFormat.Csv(fileSize)).WriteAsync(new Trickle(csv, random), "rows", file =>
        {
            lock (files) files.Add(file);
            return default;
        }, default);

        Assert.Equal(csv.Length, rawBytes);
        Assert.Equal(expected.Count, files.Sum(file => file.Rows));
        Assert.Equal(files.Select(file => file.Name).Order(), Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order()!);
        var found = new List<string>();
        foreach (var file in files)
        {
            await using var gzip = new GZipStream(File.OpenRead(_folder.File(file.Name)), CompressionMode.Decompress);
            using var reader = new StreamReader(gzip, Encoding.UTF8);
            var rows = Rows(await reader.ReadToEndAsync());
            Assert.Equal(file.Rows, rows.Count);
            Assert.Equal(file.Bytes, new FileInfo(_folder.File(file.Name)).Length);
            found.AddRange(rows);
        }

        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_stream_that_ends_inside_a_row_is_an_error() => await Assert.ThrowsAsync<IntegrityException>(
        () => new CsvFileWriter(_folder.Path, RowFileFormat.Csv(1000)).WriteAsync(new MemoryStream("1,a\n2,\"b"u8.ToArray()), "rows", _ => default, default));

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_named()
    {
        var failure = await Assert.ThrowsAsync<ConfigurationException>(() => new CsvFileWriter(Path.Combine(_folder.Path, "missing"), RowFileFormat.Csv(1000))
            .WriteAsync(new MemoryStream("1,a\n"u8.ToArray()), "rows", _ => default, default));
        Assert.Contains("ETL_WORK_DIR", failure.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_work_folder_is_private_and_what_a_killed_run_left_is_cleared()
    {
        File.WriteAllText(_folder.File("left behind"), "x");
        using var again = WorkFolder.Create(Path.GetDirectoryName(_folder.Path), "test");
        Assert.Equal(_folder.Path, again.Path);
        Assert.Empty(Directory.GetFiles(again.Path));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(again.Path));
    }

    [Fact]
    public async Task Chosen_fields_are_changed_and_rows_that_cannot_be_are_reported()
    {
        var refused = new List<string>();
        var transform = new CsvTransform(
            [null, text => text == "bad" ? throw new FormatException("is bad") : text?.ToUpperInvariant(), null],
            (values, position, reason) => refused.Add($"{string.Join('|', values.Select(v => v ?? "~"))} {position} {reason}"));
        var files = new List<StagedFile>();
        await new CsvFileWriter(_folder.Path, RowFileFormat.Csv(1000), transform).WriteAsync(
            new MemoryStream("1,a,\"x,\"\"\n\"\n2,bad,\n3,,\"\"\n4,\"q\"\"q\",z\n"u8.ToArray()), "rows", file =>
            {
                files.Add(file);
                return default;
            }, default);

        Assert.Equal(["2|bad|~ 1 is bad"], refused);
        await using var gzip = new GZipStream(File.OpenRead(_folder.File(Assert.Single(files).Name)), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        Assert.Equal("1,\"A\",\"x,\"\"\n\"\n3,,\"\"\n4,\"Q\"\"Q\",z\n", await reader.ReadToEndAsync());
        Assert.Equal(3, files[0].Rows);
    }

    private static List<string> Rows(string text)
    {
        var rows = new List<string>();
        var (start, isQuoted) = (0, false);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"') isQuoted = !isQuoted;
            if (text[i] != '\n' || isQuoted) continue;
            rows.Add(text[start..(i + 1)]);
            start = i + 1;
        }

        Assert.Equal(text.Length, start);
        return rows;
    }

    // Gives as little at once as it likes, as a network does.
    private sealed class Trickle(Stream inner, Random random) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, Math.Min(count, random.Next(1, 100_000)));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer[..Math.Min(buffer.Length, random.Next(1, 100_000))], cancellationToken);

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
