namespace EtlTools.Sandbox.Endpoint;

/// <summary>The files of one background endpoint, readable by this user only.</summary>
internal sealed class EndpointFolder(string path)
{
    internal string Path { get; } = path;

    internal string Settings => In("server.json");

    internal string Ready => In("ready.json");

    internal string Log => In("server.log");

    internal string EnvironmentFile => In(".env");

    internal string Stages => In("stages");

    /// <summary>Where the endpoint of a name has its files.</summary>
    internal static EndpointFolder Of(string name) => new(System.IO.Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "etl-tools", "sandbox", name));

    internal void Create()
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Path);
        else Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    internal static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var writer = new StreamWriter(path, options);
        await using (writer.ConfigureAwait(false)) await writer.WriteAsync(text.AsMemory(), cancellationToken).ConfigureAwait(false);
    }

    internal void Delete()
    {
        if (Directory.Exists(Path)) Directory.Delete(Path, true);
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
