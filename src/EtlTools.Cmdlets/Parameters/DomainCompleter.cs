using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EtlTools.Core;

namespace EtlTools.Cmdlets.Parameters;

/// <summary>Offers the groups of the YAML file's tables.</summary>
public sealed class DomainCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var options = SessionSource.OfCompletion(fakeBoundParameters);
        return CompletionWords.For(wordToComplete, Task.Run(() => DomainsAsync(options)).GetAwaiter().GetResult());
    }

    private static async Task<List<(string Name, string About)>> DomainsAsync(EtlSessionOptions options)
    {
        var session = new EtlSession(options);
        await using (session.ConfigureAwait(false))
        {
            try
            {
                return [.. session.Configuration.Pipelines.Where(pipeline => pipeline.Domain is not null)
                    .GroupBy(pipeline => pipeline.Domain!).Select(group => (group.Key, string.Join(", ", group.Select(pipeline => pipeline.Name))))];
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
