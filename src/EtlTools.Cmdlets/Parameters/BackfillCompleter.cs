using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EtlTools.Core;
using EtlTools.Core.Backfill;

namespace EtlTools.Cmdlets.Parameters;

/// <summary>Offers the names of backfills.</summary>
public sealed class BackfillCompleter : IArgumentCompleter
{
    private const int Newest = 50;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var options = SessionSource.OfCompletion(fakeBoundParameters);
        return CompletionWords.For(wordToComplete, Task.Run(() => ListAsync(options)).GetAwaiter().GetResult()
            .Select(backfill => (backfill.Plan.Name, $"{backfill.Plan.Pipeline}, {backfill.Plan.Status}, {backfill.Plan.CreatedAt:u}")));
    }

    private static async Task<IReadOnlyList<BackfillSnapshot>> ListAsync(EtlSessionOptions options)
    {
        using var patience = new CancellationTokenSource(s_patience, options.Time);
        var session = new EtlSession(options);
        await using (session.ConfigureAwait(false))
        {
            try
            {
                return await new BackfillQueries(session).ListAsync(null, Newest, patience.Token).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Somebody presses Tab: where nothing can be offered, nothing is.
            catch (Exception)
#pragma warning restore CA1031
            {
                return [];
            }
        }
    }
}
