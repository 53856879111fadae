namespace EtlTools.IntegrationTests.PowerShell;

/// <summary>A fact that needs PowerShell 7.6 and Pester 5; skipped, with the reason, where they are missing.</summary>
public sealed class PesterFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> s_missing = new(FindMissing);

    public PesterFactAttribute() => Skip = s_missing.Value;

    private static string? FindMissing()
    {
        var (exitCode, output) = PwshProcess.Run(
            TimeSpan.FromMinutes(1), "-Command", "if ($PSVersionTable.PSVersion -lt '7.6') { \"PowerShell $($PSVersionTable.PSVersion) is older than 7.6\" } elseif (-not (Get-Module -ListAvailable Pester | Where-Object Version -ge 5.5)) { 'Pester 5.5 is not installed: Install-Module Pester' } else { 'ready' }");
        if (exitCode is null) return "pwsh (PowerShell 7.6) is not on PATH";
        return output.Trim() == "ready" ? null : output.Trim();
    }
}
