using System.Buffers;

namespace EtlTools.Sandbox.Processes;

/// <summary>Quotes one word for the shell a person would paste it into: sh, or PowerShell on Windows.</summary>
internal static class ShellQuoting
{
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@+,");

    public static string Quote(string word)
    {
        if (word.Length > 0 && !word.AsSpan().ContainsAnyExcept(Plain))
            return word;

        var escaped = OperatingSystem.IsWindows() ? "''" : @"'\''";
        return $"'{word.Replace("'", escaped, StringComparison.Ordinal)}'";
    }
}
