using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EtlTools.Core;
using EtlTools.Core.State;

namespace EtlTools.Cmdlets.Parameters;

/// <summary>Offers the ids of the newest runs.</summary>
public sealed class RunCompleter : IArgumentCompleter
{
    private const int Newest = 20;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var options = SessionSource.OfCompletion(fakeBoundParameters);
        return Task.Run(() => RunsAsync(options)).GetAwaiter().GetResult()
            .Where(run => run.RunId.ToString().StartsWith(wordToComplete ?? "", StringComparison.OrdinalIgnoreCase))
            .Select(run => new CompletionResult(
                run.RunId.ToString(), $"{run.RunId} {run.Pipeline}", CompletionResultType.ParameterValue, $"{run.Pipeline}, {run.Status}, {run.StartedAt:u}"));
    }

    private static async Task<IReadOnlyList<RunRecord>> RunsAsync(EtlSessionOptions options)
    {
        using var patience = new CancellationTokenSource(s_patience, options.Time);
        var session = new EtlSession(options);
        await using (session.ConfigureAwait(false))
        {
            try
            {
                return await new StateQueries(session).RunsAsync([], Newest, patience.Token).ConfigureAwait(false);
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
