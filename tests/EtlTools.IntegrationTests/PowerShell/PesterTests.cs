using System.Runtime.CompilerServices;

namespace EtlTools.IntegrationTests.PowerShell;

/// <summary>The Pester suite of the PowerShell module, run in a fresh process against the module that the build has laid out.</summary>
public sealed class PesterTests
{
    [PesterFact]
    public void The_module_passes_its_own_suite()
    {
        var folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "pester"));

        var (exitCode, output) = PwshProcess.Run(
            TimeSpan.FromMinutes(30), "-Command",
            $"$c = New-PesterConfiguration; $c.Run.Path = '{folder.Replace("'", "''", StringComparison.Ordinal)}'; $c.Run.PassThru = $true; $c.Output.RenderMode = 'Plaintext'; $r = Invoke-Pester -Configuration $c; if ($r.Result -ne 'Passed' -or $r.PassedCount -eq 0) {{ exit 1 }}");

        Assert.True(exitCode == 0, output);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
