using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EtlTools.Core.State;
using EtlTools.Core.State.Migrations;

namespace EtlTools.Cmdlets.Parameters;

/// <summary>Offers words that are always the same.</summary>
public abstract class WordCompleter(params string[] words) : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        words.Where(word => word.StartsWith(wordToComplete ?? "", StringComparison.OrdinalIgnoreCase)).Select(word => new CompletionResult(word));
}

/// <summary>Offers the ways in which a run ends.</summary>
public sealed class RunStatusCompleter() : WordCompleter(
    RunStatus.Done, RunStatus.Idle, RunStatus.Quarantined, RunStatus.Failed, RunStatus.Cancelled, RunStatus.Held, RunStatus.Running, RunStatus.Abandoned);

/// <summary>Offers the sets of target tables.</summary>
public sealed class MigrationSetCompleter() : WordCompleter(MigrationSets.Medical);
