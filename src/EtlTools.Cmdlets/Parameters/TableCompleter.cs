using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EtlTools.Core;
using EtlTools.Core.State;

namespace EtlTools.Cmdlets.Parameters;

/// <summary>Offers the names of the YAML file's tables, and where there is no such file, those of the database.</summary>
public sealed class TableCompleter : IArgumentCompleter
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var pattern = WildcardPattern.Get((wordToComplete ?? "").Trim('\'', '"') + "*", WildcardOptions.IgnoreCase);
        return Names(fakeBoundParameters).Where(pattern.IsMatch).Select(name => new CompletionResult(Quote(name), name, CompletionResultType.ParameterValue, name));
    }

    private static List<string> Names(IDictionary given)
    {
        var options = SessionSource.OfCompletion(given);
        return Task.Run(() => NamesAsync(options)).GetAwaiter().GetResult();
    }

    private static async Task<List<string>> NamesAsync(EtlSessionOptions options)
    {
        using var patience = new CancellationTokenSource(s_patience, options.Time);
        var session = new EtlSession(options);
        await using (session.ConfigureAwait(false))
        {
            try
            {
                return session.HasConfiguration
                    ? [.. session.Configuration.Pipelines.Select(pipeline => pipeline.Name)]
                    : [.. (await new StateQueries(session).TablesAsync([], patience.Token).ConfigureAwait(false)).Select(table => table.Name)];
            }
#pragma warning disable CA1031 // Somebody presses Tab: where nothing can be offered, nothing is.
            catch (Exception)
#pragma warning restore CA1031
            {
                return [];
            }
        }
    }

    private static string Quote(string name) =>
        name.All(c => char.IsLetterOrDigit(c) || c is '_' or '.' or '-') ? name : $"'{name.Replace("'", "''", StringComparison.Ordinal)}'";
}
