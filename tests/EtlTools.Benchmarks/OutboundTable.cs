using System.Globalization;
using EtlTools.Core.Config;

namespace EtlTools.Benchmarks;

/// <summary>The rows of README's table of the sync to Snowflake: for each number of rows and step, CSV beside Parquet.</summary>
internal sealed class OutboundTable
{
    private readonly List<(int Rows, string Step, StageFileFormat Format, string Ratio, double FileMegabytes, double PeakMegabytes)> _results = [];

    public void Add(int rows, string step, StageFileFormat format, double ratio, double fileMegabytes, double peakMegabytes) =>
        _results.Add((rows, step, format, string.Create(CultureInfo.InvariantCulture, $"{ratio:0.0} ×"), fileMegabytes, peakMegabytes));

    public void Print(int columns)
    {
        Console.WriteLine();
        Console.WriteLine($"| rows × {columns} columns, {Environment.ProcessorCount} cores | step | CSV | files, peak memory | Parquet | files, peak memory |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        foreach (var line in _results.GroupBy(result => (result.Rows, result.Step)))
        {
            var cells = line.OrderBy(result => result.Format).SelectMany(result =>
                (string[])[result.Ratio, string.Create(CultureInfo.InvariantCulture, $"{result.FileMegabytes:0.0} MB, {result.PeakMegabytes:0} MB")]);
            Console.WriteLine($"| {line.Key.Rows.ToString("N0", CultureInfo.InvariantCulture)} | {line.Key.Step} | {string.Join(" | ", cells)} |");
        }
    }

    /// <summary>How busy the machine was: ratios of a busy one mean little. Empty where the system does not tell.</summary>
    public static string Load() => File.Exists("/proc/loadavg") ? $"; load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}" : "";
}
