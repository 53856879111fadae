using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EtlTools.Core;
using EtlTools.Core.Discover;

namespace EtlTools.Cmdlets.Parameters;

/// <summary>Offers PostgreSQL's schemas, and for the parameter <c>Table</c> the tables of the schema that was typed, or of <c>public</c>.</summary>
public sealed class PostgresNameCompleter : IArgumentCompleter
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var options = SessionSource.OfCompletion(fakeBoundParameters);
        var schema = parameterName == "Table" ? fakeBoundParameters["Schema"] as string ?? "public" : null;
        return CompletionWords.For(wordToComplete, Task.Run(() => NamesAsync(options, schema)).GetAwaiter().GetResult());
    }

    private static async Task<List<(string Name, string About)>> NamesAsync(EtlSessionOptions options, string? schema)
    {
        using var patience = new CancellationTokenSource(s_patience, options.Time);
        var session = new EtlSession(options);
        await using (session.ConfigureAwait(false))
        {
            try
            {
                return [.. (await new SchemaDiscovery(session.Services).NamesAsync(schema, patience.Token).ConfigureAwait(false))
                    .Select(name => (name, schema is null ? name : $"{schema}.{name}"))];
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
