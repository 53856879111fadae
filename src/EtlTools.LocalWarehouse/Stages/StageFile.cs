using System.Security.Cryptography;

namespace EtlTools.LocalWarehouse.Stages;

/// <summary>A stage found in the catalog: the folder its files are in, how LIST begins their names, its own options, and for an external one its URL.</summary>
internal sealed record Stage(string Folder, string Label, string OptionsText, string? Database, string? Schema, StageUrl? Url = null);

/// <summary>A stage and the path named with it; the path is a prefix of file paths, not a folder.</summary>
internal sealed record StagePlace(Stage Stage, string Path);

/// <summary>A staged file. <paramref name="Path"/> is inside the stage; <paramref name="Local"/> is where the file system has it.</summary>
internal sealed record StageFile(Stage Stage, string Path, string Local, long Size, DateTime Modified)
{
    /// <summary>The name LIST shows.</summary>
    internal string Name => Stage.Label + Path;

    /// <summary>The last part of the path.</summary>
    internal string BaseName => Path[(Path.LastIndexOf('/') + 1)..];

    internal async Task<string> Md5Async(CancellationToken cancellationToken)
    {
        var file = File.OpenRead(Local);
        await using (file.ConfigureAwait(false))
#pragma warning disable CA5351 // Snowflake's LIST prints MD5; nothing is protected by it.
            return Convert.ToHexStringLower(await MD5.HashDataAsync(file, cancellationToken).ConfigureAwait(false));
#pragma warning restore CA5351
    }
}
