using System.Diagnostics;
using System.Text.Json;
using EtlTools.Core.Tests.Config;
using Xunit;

namespace EtlTools.Core.Tests.Parquet;

/// <summary>DuckDB, which shares no code with this repository, by the script in tests/node/parquet.</summary>
internal static class DuckDb
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    public static string Folder { get; } = RepositoryFile.PathOf("tests/node/parquet");

    public static string? Missing => Directory.Exists(Path.Combine(Folder, "node_modules", "@duckdb")) ? null : "needs DuckDB: run 'npm install --no-package-lock' in tests/node/parquet";

    public static async Task<DuckDbAnswer> ReadAsync(string file)
    {
        var start = new ProcessStartInfo("node", ["read.js", file]) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        return JsonSerializer.Deserialize<DuckDbAnswer>(output, s_json)!;
    }
}

/// <summary>What DuckDB finds in a file: columns, rows as text, and of each column of a row group name, codec, NULLs, least and greatest.</summary>
internal sealed record DuckDbAnswer(IReadOnlyList<DuckDbColumn> Columns, IReadOnlyList<string?[]> Rows, IReadOnlyList<string?[]> Chunks);

internal sealed record DuckDbColumn(string Name, string Type);

/// <summary>A test that needs Node and DuckDB; shown as skipped without them.</summary>
internal sealed class DuckDbFactAttribute : FactAttribute
{
    public DuckDbFactAttribute() => Skip = DuckDb.Missing;
}

/// <inheritdoc cref="DuckDbFactAttribute"/>
internal sealed class DuckDbTheoryAttribute : TheoryAttribute
{
    public DuckDbTheoryAttribute() => Skip = DuckDb.Missing;
}
