using System.Diagnostics;
using System.Xml.Linq;
using EtlTools.IntegrationTests.Sync.World;

namespace EtlTools.Server.Tests.Driver;

/// <summary>
/// Classes of the integration tests with the genuine driver in place of the provider in the process. These stand for all; all of them
/// run so with ETL_TEST_SNOWFLAKE=wire dotnet test tests/EtlTools.IntegrationTests.
/// </summary>
public sealed class WireSuiteTests(WireSuiteTests.Run run) : IClassFixture<WireSuiteTests.Run>
{
    private static readonly string[] s_names =
    [
        "Sync.WindowTests", "Sync.TransientErrorTests", "Sync.QuarantineTests", "Sync.FullModeTests",
        "ToSnowflake.OutboundModeTests", "ToSnowflake.OutboundOnceTests", "ToSnowflake.OutboundWindowTests", "Discover.DiscoveredSyncTests",
    ];

    public static TheoryData<string> Classes => [.. s_names];

    [WireTheory]
    [MemberData(nameof(Classes))]
    public void Its_tests_pass_over_the_wire(string name)
    {
        var results = run.Results.Where(r => r.Test.StartsWith($"EtlTools.IntegrationTests.{name}.", StringComparison.Ordinal)).ToList();
        Assert.True(results.Count > 0, $"no test of {name} ran: {run.Output}");
        Assert.DoesNotContain(results, r => r.Outcome != "Passed");
    }

    /// <summary>One process runs all classes.</summary>
    public sealed class Run : IAsyncLifetime
    {
        private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(8);

        public IReadOnlyList<(string Test, string Outcome, string? Message)> Results { get; private set; } = [];

        public string Output { get; private set; } = "";

        public async Task InitializeAsync()
        {
            if (SnowflakeDriverFolder.Path is null) return;
            var folder = Directory.CreateTempSubdirectory("etl-wire-suite-");
            try
            {
                using var process = Process.Start(Start(folder.FullName))!;
                var output = process.StandardOutput.ReadToEndAsync();
                var error = process.StandardError.ReadToEndAsync();
                using var patience = new CancellationTokenSource(s_patience);
                try
                {
                    await process.WaitForExitAsync(patience.Token);
                }
                catch (OperationCanceledException)
                {
                    process.Kill(entireProcessTree: true);
                }

                Output = await output + await error;
                Results = [.. folder.EnumerateFiles("*.trx").SelectMany(Read)];
            }
            finally
            {
                folder.Delete(true);
            }
        }

        public Task DisposeAsync() => Task.CompletedTask;

        private static ProcessStartInfo Start(string results)
        {
            var built = new DirectoryInfo(AppContext.BaseDirectory);
            var tests = built.Parent!.Parent!.Parent!.Parent!.FullName;
            var assembly = Path.Combine(tests, "EtlTools.IntegrationTests", "bin", built.Parent.Name, built.Name, "EtlTools.IntegrationTests.dll");
            var filter = string.Join('|', s_names.Select(name => $"FullyQualifiedName~EtlTools.IntegrationTests.{name}."));
            var start = new ProcessStartInfo("dotnet", ["vstest", assembly, "--logger:trx", $"--ResultsDirectory:{results}", $"--TestCaseFilter:{filter}"])
            {
                RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetDirectoryName(assembly),
            };
            // What the test host sets for itself is not for a host of its own.
            foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("VSTEST_", StringComparison.Ordinal) || name.StartsWith("COREHOST_", StringComparison.Ordinal)).ToList())
                start.Environment.Remove(name);
            start.Environment[WarehouseRoute.Variable] = "wire";
            return start;
        }

        private static IEnumerable<(string, string, string?)> Read(FileInfo file) =>
            XDocument.Load(file.FullName).Descendants().Where(e => e.Name.LocalName == "UnitTestResult").Select(e => (
                (string)e.Attribute("testName")!, (string)e.Attribute("outcome")!, e.Descendants().FirstOrDefault(m => m.Name.LocalName == "Message")?.Value));
    }
}
