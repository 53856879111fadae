namespace EtlTools.Core.Files;

/// <summary>A file that is complete and on its way to a stage.</summary>
/// <param name="Name">Name without folder. It holds a hash of the content, so that equal names are equal files.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="Bytes">Its size, compressed.</param>
internal sealed record StagedFile(string Name, long Rows, long Bytes);
