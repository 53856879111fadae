namespace EtlTools.Core.State.Migrations;

/// <summary>A migration that is pending, or was just applied.</summary>
/// <param name="Set">Name of its set, such as <c>state</c>.</param>
/// <param name="Version"><c>0001</c>, or <c>R__name</c> for one that runs every time its set is applied.</param>
/// <param name="Name">What it is about.</param>
/// <param name="File">Its path in the repository.</param>
/// <param name="Duration">How long it took; null while pending.</param>
public sealed record Migration(string Set, string Version, string Name, string File, TimeSpan? Duration = null);
