using System.IO.Compression;
using System.Text;
using Xunit;

namespace EtlTools.LocalWarehouse.Tests;

/// <summary>Stages and the statements that move files between them and the local disk.</summary>
public sealed class StageTests(PostgresServer server) : WarehouseTest(server)
{
    [Theory]
    [InlineData("@st", "st/")]
    [InlineData("@ST/in/day=1", "st/in/day=1/")]
    [InlineData("@\"My Stage\"/in", "My Stage/in/")]
    [InlineData("'@\"My Stage\"/with blank'", "My Stage/with blank/")]
    [InlineData("@%t/x", "x/")]
    [InlineData("@%\"T b\"", "")]
    [InlineData("@~/home/../up", "home/../up/")]
    [InlineData("@~", "")]
    public async Task A_file_that_was_put_is_listed_got_back_and_removed(string stage, string prefix)
    {
        await RunAsync("CREATE STAGE st");
        await RunAsync("CREATE STAGE \"My Stage\" COMMENT = 'mixed'");
        await RunAsync("CREATE TABLE t (k INT)");
        await RunAsync("CREATE TABLE \"T b\" (k INT)");
        var name = $"a {Guid.NewGuid():N}.csv";
        await File.WriteAllTextAsync(Path.Combine(Folder.FullName, name), "1,2\n");
        Assert.Equal($"{name}|{name}.gz|4", string.Join('|', (await OneAsync($"PUT {Url(name)} {stage}")).Split('|').Take(3)));
        var listed = (await RowsAsync($"LIST {stage}")).Select(r => r.Split('|')).Single(r => r[0] == prefix + name + ".gz");
        Assert.Matches("^[0-9a-f]{32}$", listed[2]);
        Assert.Matches("^\\w{3}, \\d+ \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT$", listed[3]);
        Directory.CreateDirectory(Path.Combine(Folder.FullName, "got"));
        Assert.Contains($"{name}.gz|{listed[1]}|DOWNLOADED|", await RowsAsync($"GET {stage} {Url("got")} PATTERN = '.*{name}[.]gz'"));
        await using (var gzip = new GZipStream(File.OpenRead(Path.Combine(Folder.FullName, "got", name + ".gz")), CompressionMode.Decompress))
        using (var reader = new StreamReader(gzip)) Assert.Equal("1,2\n", await reader.ReadToEndAsync());
        Assert.Equal([$"{prefix}{name}.gz|removed"], await RowsAsync($"REMOVE {stage} PATTERN = '.*{name}.*'"));
        Assert.DoesNotContain(await RowsAsync($"LS {stage}"), r => r.Contains(name, StringComparison.Ordinal));
        Assert.All(Directory.EnumerateFiles(Server.Stages, "*", SearchOption.AllDirectories), f => Assert.DoesNotContain(name, f, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AUTO_COMPRESS = TRUE", "plain.csv", "plain.csv.gz|NONE|GZIP")]
    [InlineData("AUTO_COMPRESS = FALSE", "plain.csv", "plain.csv|NONE|NONE")]
    [InlineData("", "packed.csv.gz", "packed.csv.gz|GZIP|GZIP")]
    [InlineData("", "packed.unknown", "packed.unknown|GZIP|GZIP")]
    [InlineData("SOURCE_COMPRESSION = NONE", "packed.csv.gz", "packed.csv.gz.gz|NONE|GZIP")]
    [InlineData("SOURCE_COMPRESSION = GZIP PARALLEL = 8", "packed.unknown", "packed.unknown|GZIP|GZIP")]
    public async Task PUT_compresses_what_is_not_compressed(string options, string name, string expected)
    {
        await RunAsync("CREATE STAGE st");
        var bytes = new MemoryStream();
        await using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, true)) gzip.Write("1\n"u8);
        await File.WriteAllBytesAsync(Path.Combine(Folder.FullName, name), name.StartsWith("packed", StringComparison.Ordinal) ? bytes.ToArray() : "1\n"u8.ToArray());
        var row = (await OneAsync($"PUT {Url(name)} @st {options}")).Split('|');
        Assert.Equal(expected, $"{row[1]}|{row[4]}|{row[5]}");
        Assert.Equal("UPLOADED", row[6]);
    }

    [Fact]
    public async Task PUT_skips_a_name_that_exists_unless_told_to_overwrite_and_takes_wildcards()
    {
        await RunAsync("CREATE STAGE st");
        foreach (var name in (string[])["a1.csv", "a2.csv", "b1.csv", "a10.csv"]) await File.WriteAllTextAsync(Path.Combine(Folder.FullName, name), name);
        Assert.Equal(["a1.csv|UPLOADED", "a2.csv|UPLOADED"], (await RowsAsync($"PUT {Url("a?.csv")} @st/x AUTO_COMPRESS=FALSE")).Select(Status));
        await File.WriteAllTextAsync(Path.Combine(Folder.FullName, "a1.csv"), "changed");
        Assert.Equal(["a1.csv|SKIPPED", "a10.csv|UPLOADED", "a2.csv|SKIPPED"], (await RowsAsync($"PUT {Url("a*.csv")} @st/x/ AUTO_COMPRESS=FALSE")).Select(Status));
        Assert.Equal("6", (await RowsAsync("LIST @st/x/a1.csv"))[0].Split('|')[1]);
        Assert.Equal("a1.csv|UPLOADED", Status(await OneAsync($"PUT {Url("a1.csv")} @st/x/ AUTO_COMPRESS=FALSE OVERWRITE=TRUE")));
        Assert.Equal("7", (await RowsAsync("LIST @st/x/a1.csv"))[0].Split('|')[1]);
        Assert.Equal(["st/x/a1.csv", "st/x/a10.csv"], (await RowsAsync("LIST @st/x/a1")).Select(r => r.Split('|')[0]));

        static string Status(string row) => row.Split('|')[0] + "|" + row.Split('|')[6];
    }

    [Theory]
    [InlineData("PUT 'file:///nowhere/nothing.csv' @st", 253006)]
    [InlineData("PUT 'http://nowhere/nothing.csv' @st", 1003)]
    [InlineData("PUT file:///nowhere/*.csv @st", 253006)]
    [InlineData("PUT file:///nowhere/x.csv @nope", 2003)]
    [InlineData("PUT file:///nowhere/x.csv @%nope", 2003)]
    [InlineData("PUT file:///nowhere/x.csv @st PARALLEL = 100", 1008)]
    [InlineData("PUT file:///nowhere/x.csv @st THREADS = 1", 2)]
    [InlineData("GET @st file:///nowhere/", 253006)]
    [InlineData("LIST @st PATTERN = '('", 100048)]
    [InlineData("LIST @st/a FILES = ('x')", 2)]
    [InlineData("LIST st", 1003)]
    [InlineData("LIST @1st", 1003)]
    [InlineData("CREATE STAGE st", 2002)]
    [InlineData("CREATE STAGE s2 URL = 'azure://bucket/'", 2)]
    [InlineData("CREATE STAGE s2 URL = 's3://bucket/path'", 2)]
    [InlineData("CREATE STAGE s2 URL = 's3:///path/'", 1008)]
    [InlineData("CREATE STAGE s2 URL = 's3://bucket/' CREDENTIALS = (AWS_KEY_ID = 'k' AWS_SECRET_KEY = 's')", 2)]
    [InlineData("PUT file:///nowhere/x.csv @ext/a", 2)]
    [InlineData("GET @ext file:///tmp/", 2)]
    [InlineData("CREATE STAGE s2 FILE_FORMAT = (TYPE = XML)", 2)]
    [InlineData("CREATE STAGE s2 FILE_FORMAT = nope", 2003)]
    [InlineData("CREATE STAGE s2 DIRECTORY = (ENABLE = TRUE)", 2)]
    [InlineData("CREATE FILE FORMAT f TYPE = CSV SKIP_HEADER = 1 PARSE_HEADER = TRUE", 2086)]
    [InlineData("CREATE FILE FORMAT f TYPE = CSV COLOUR = 'red'", 2)]
    [InlineData("CREATE FILE FORMAT f TYPE = CSV ENCODING = 'LATIN1'", 2)]
    [InlineData("CREATE FILE FORMAT f TYPE = CSV TRIM_SPACE = MAYBE", 1008)]
    [InlineData("CREATE FILE FORMAT f TYPE = CSV COMPRESSION = ZSTD", 2)]
    [InlineData("CREATE FILE FORMAT f TYPE = JSON STRIP_NULL_VALUES = TRUE", 2)]
    [InlineData("DROP STAGE nope", 2003)]
    [InlineData("DROP FILE FORMAT nope", 2003)]
    public async Task What_cannot_be_done_is_refused_by_name(string sql, int code)
    {
        await RunAsync("CREATE STAGE st");
        await RunAsync("CREATE STAGE ext URL = 's3://bucket/'");
        await FailsAsync(sql, code);
    }

    [Fact]
    public async Task An_external_stage_lies_in_the_folder_of_its_bucket()
    {
        await RunAsync("CREATE TABLE t (k INT, s STRING)");
        await RunAsync("CREATE STAGE ext URL = 's3://my-bucket/in/' STORAGE_INTEGRATION = my_integration");
        await RunAsync("CREATE STAGE whole URL = 's3://my-bucket' FILE_FORMAT = (TYPE = CSV)");
        await RunAsync("INSERT INTO t VALUES (1, 'a'), (2, 'b')");
        await RunAsync("COPY INTO @ext/out/ FROM t SINGLE = FALSE");
        Assert.Equal("s3://my-bucket/in/out/data_0_0_0.csv.gz", (await OneAsync("LIST @ext")).Split('|')[0]);
        Assert.Equal(await OneAsync("LIST @ext/out/"), await OneAsync("LIST @whole/in/"));
        Assert.StartsWith("s3://my-bucket/in/out/data_0_0_0.csv.gz|LOADED|2|2|", await OneAsync("COPY INTO t FROM @whole/in/"), StringComparison.Ordinal);
        Assert.Equal("4", await OneAsync("SELECT COUNT(*) FROM t"));
        await RunAsync("REMOVE @ext/out/");
        Assert.Empty(await RowsAsync("LIST @whole"));
        Assert.Contains("STAGE_LOCATION|URL|String|[\"s3://my-bucket/in/\"]|", await RowsAsync("DESC STAGE ext"));
        Assert.Contains("|s3://my-bucket/in/|", await OneAsync("SHOW STAGES LIKE 'ext'"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_cannot_leave_the_stages_folder_in_either_direction()
    {
        await RunAsync("CREATE STAGE st");
        await PutAsync("@st/../../..//x/./%2e%2e", "a.csv", "1");
        Assert.Equal("st/../../..//x/./%2e%2e/a.csv", (await OneAsync("LIST @st")).Split('|')[0]);
        var file = Assert.Single(Directory.GetFiles(Server.Stages, "a.csv", SearchOption.AllDirectories));
        Assert.StartsWith(Server.Stages, Path.GetFullPath(file), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            var stage = Path.Combine(Server.Stages, string.Join(Path.DirectorySeparatorChar, Path.GetRelativePath(Server.Stages, file).Split(Path.DirectorySeparatorChar)[..2]));
            const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            Assert.Equal((Mine, Mine), (File.GetUnixFileMode(stage), File.GetUnixFileMode(Path.GetDirectoryName(stage)!)));
        }

        Assert.Equal("%2E%2E#", Path.GetRelativePath(Server.Stages, file).Split(Path.DirectorySeparatorChar)[2]);
        await PutAsync("@st/only", "..hidden", "1");
        await RunAsync($"GET @st/only {Url("")}");
        await FailsAsync($"PUT {Url("a.csv")} '@st/{new string('x', 2000)}'", 100362);
        await RunAsync("REMOVE @st");
        Assert.Empty(await RowsAsync("LIST @st"));
    }

    [Fact]
    public async Task A_temporary_stage_hides_a_permanent_one_and_goes_with_its_session_and_files_with_their_stage()
    {
        await RunAsync("CREATE STAGE IF NOT EXISTS st");
        await PutAsync("@st", "kept.csv", "1");
        var other = await OpenAsync();
        await RunAsync(other, "CREATE TEMPORARY STAGE st");
        await RunAsync(other, $"PUT {Url("kept.csv")} @st/mine AUTO_COMPRESS=FALSE");
        Assert.Equal("st/kept.csv", (await OneAsync("LIST @st")).Split('|')[0]);
        await other.DisposeAsync();
        Assert.Single(Directory.GetFiles(Server.Stages, "kept.csv", SearchOption.AllDirectories));
        Assert.Equal("INTERNAL", (await OneAsync("SHOW STAGES LIKE 'ST'")).Split('|')[10]);
        await RunAsync("CREATE OR REPLACE STAGE st FILE_FORMAT = (TYPE = CSV FIELD_DELIMITER = '|' SKIP_HEADER = 1) COMMENT = 'new'");
        Assert.Empty(await RowsAsync("LIST @st"));
        Assert.Contains("STAGE_FILE_FORMAT|SKIP_HEADER|String|1|", await RowsAsync("DESC STAGE st"));
        await PutAsync("@st", "gone.csv", "1");
        await RunAsync("CREATE TABLE t (k INT)");
        await PutAsync("@%t", "gone.csv", "1");
        await RunAsync("DROP STAGE st");
        await RunAsync("DROP TABLE t");
        Assert.Empty(Directory.GetFiles(Server.Stages, "gone.csv", SearchOption.AllDirectories));
        await FailsAsync("LIST @st", 2003);
        await FailsAsync("LIST @%t", 2003);
    }

    [Fact]
    public async Task File_transfers_work_through_the_synchronous_members_and_leave_the_transaction_open()
    {
        await RunAsync("CREATE STAGE st");
        await RunAsync("CREATE TABLE t (k INT)");
        await RunAsync("BEGIN");
        await RunAsync("INSERT INTO t VALUES (1)");
        await File.WriteAllTextAsync(Path.Combine(Folder.FullName, "ä.csv"), "1", Encoding.UTF8);
        await using (var put = Command(Connection, $"PUT {Url("ä.csv")} @st", []))
        {
            using var reader = put.ExecuteReader();
            Assert.True(reader.Read());
            Assert.Equal(["source", "target", "source_size", "target_size", "source_compression", "target_compression", "status", "message"], Enumerable.Range(0, reader.FieldCount).Select(reader.GetName));
            Assert.Equal(("ä.csv.gz", 4L), (reader.GetString(reader.GetOrdinal("target")), reader.GetInt64(2)));
        }

        await using (var list = Command(Connection, "LIST @st", [])) Assert.Equal("st/ä.csv.gz", list.ExecuteScalar());
        await RunAsync("ROLLBACK");
        Assert.Equal("0", await OneAsync("SELECT COUNT(*) FROM t"));
    }
}
