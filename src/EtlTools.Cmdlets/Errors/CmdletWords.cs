using System.Text.RegularExpressions;

namespace EtlTools.Cmdlets.Errors;

/// <summary>Says what the core says of the command line with the names of the cmdlets.</summary>
internal static class CmdletWords
{
    // What begins alike stands with the longer one first.
    private static readonly (Regex Pattern, string Words)[] s_words =
    [
        Word("etl errors (list|show)", "Get-EtlError"),
        Word("etl errors retry", "Invoke-EtlErrorRetry"),
        Word("etl errors discard", "Remove-EtlError"),
        Word("etl watermark get", "Get-EtlWatermark"),
        Word("etl watermark set", "Set-EtlWatermark"),
        Word("etl watermark reset", "Reset-EtlWatermark"),
        Word("etl migrate", "Initialize-EtlDatabase"),
        Word("etl check", "Test-EtlConnection -CheckDb"),
        Word("etl compare", "Compare-RowCount"),
        Word("etl status", "Get-EtlRun"),
        Word("etl discover", "New-EtlConfig"),
        Word("etl sync", "Invoke-IncrementalSync"),
        Word("etl schedule add", "Register-EtlSchedule"),
        Word("etl schedule list", "Get-EtlSchedule"),
        Word("etl schedule remove", "Unregister-EtlSchedule"),
        Word("etl backfill report", "Export-EtlReport"),
        Word("etl backfill status", "Get-EtlBackfill"),
        Word("etl backfill cancel", "Stop-EtlBackfill"),
        // A name of its own belongs to some table, which the backfill knows.
        Word(@"etl backfill retry (?<name>[^\s`']+)", "Get-EtlBackfill ${name} | Start-Backfill -Join -Retry"),
        Word("etl backfill", "Start-Backfill"),
        Word("etl alert test", "Test-EtlAlert"),
        Word("etl driver install", "Install-EtlDriver"),
        Word("etl driver status", "Get-EtlDriver"),
        Word("etl sandbox start", "Start-EtlSandbox -Endpoint"),
        Word("etl sandbox stop", "Stop-EtlSandbox"),
        (new Regex(@"(?<![\w-])--mode full(?![\w-])"), "-Mode Full"),
        (new Regex(@"(?<![\w-])--status all(?![\w-])"), "-Status All"),
        (new Regex(@"(?<![\w-])--dry-run(?![\w-])"), "-WhatIf"),
    ];

    // These and no others: an error may quote the options of another program.
    private static readonly Regex s_option = new(
        @"(?<![\w-])--(?<name>allow-empty|apply|batch-size|config|env-file|from|method|name|partitions|prefix|restart|source|target-schema|to|with)(?![\w-])");

    /// <summary>The text with cmdlets in place of verbs.</summary>
    public static string In(string text)
    {
        foreach (var (pattern, words) in s_words) text = pattern.Replace(text, words);
        return s_option.Replace(text, option => "-" + string.Concat(option.Groups["name"].Value.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..])));
    }

    private static (Regex Pattern, string Words) Word(string pattern, string words) => (new Regex($@"\b{pattern}(?![\w-])"), words);
}
