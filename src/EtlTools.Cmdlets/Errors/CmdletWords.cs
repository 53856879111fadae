using System.Text.RegularExpressions;

namespace EtlTools.Cmdlets.Errors;

/// <summary>Says what the core says of the command line with the names of the cmdlets.</summary>
internal static class CmdletWords
{
    private static readonly (string Pattern, string Words)[] s_words =
    [
        ("etl errors (list|show)", "Get-EtlError"),
        ("etl errors retry", "Invoke-EtlErrorRetry"),
        ("etl errors discard", "Remove-EtlError"),
        ("etl watermark get", "Get-EtlWatermark"),
        ("etl watermark set", "Set-EtlWatermark"),
        ("etl watermark reset", "Reset-EtlWatermark"),
        ("etl migrate", "Initialize-EtlDatabase"),
        ("etl check", "Test-EtlConnection -CheckDb"),
        ("etl compare", "Compare-RowCount"),
        ("etl status", "Get-EtlRun"),
        ("etl discover", "New-EtlConfig"),
        ("etl sync", "Invoke-IncrementalSync"),
        ("etl schedule add", "Register-EtlSchedule"),
        ("etl schedule list", "Get-EtlSchedule"),
        ("etl schedule remove", "Unregister-EtlSchedule"),
        ("etl backfill report", "Export-EtlReport"),
        ("etl alert test", "Test-EtlAlert"),
        ("etl driver install", "Install-EtlDriver"),
        ("etl driver status", "Get-EtlDriver"),
        ("--source FOLDER", "-Source FOLDER"),
        ("--target-schema", "-TargetSchema"),
        ("--mode full", "-Mode Full"),
        ("--allow-empty", "-AllowEmpty"),
        ("--dry-run", "-WhatIf"),
        ("--status all", "-Status All"),
        ("--with ", "-With "),
        ("--config", "-Config"),
    ];

    /// <summary>The text with cmdlets in place of verbs.</summary>
    public static string In(string text)
    {
        foreach (var (pattern, words) in s_words) text = Regex.Replace(text, pattern, words);
        return text;
    }
}
