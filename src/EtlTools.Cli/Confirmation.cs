namespace EtlTools.Cli;

/// <summary>Asks a person before something that is hard to take back. Where nobody can be asked, the command itself is the answer.</summary>
internal static class Confirmation
{
    /// <summary>Whether to go on.</summary>
    public static async Task<bool> AskAsync(CommandSurroundings surroundings, bool isAnswered, string question, CancellationToken stop)
    {
        if (isAnswered || !surroundings.IsInteractive) return true;
        await surroundings.Error.WriteAsync($"{question} [y/N] ").ConfigureAwait(false);
        await surroundings.Error.FlushAsync(stop).ConfigureAwait(false);
        var answer = await surroundings.In.ReadLineAsync(stop).ConfigureAwait(false);
        return answer?.Trim() is { Length: > 0 } text && "yes".StartsWith(text, StringComparison.OrdinalIgnoreCase);
    }
}
