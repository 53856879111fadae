using System.Diagnostics;

namespace EtlTools.Server.Tests.World;

/// <summary>The command line as a user runs it.</summary>
internal static class EtlProgram
{
    /// <summary>Runs it in a folder, with changes to its environment.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string folder, IReadOnlyDictionary<string, string?>? environment, params string[] arguments)
    {
        var built = new DirectoryInfo(AppContext.BaseDirectory);
        var root = built;
        while (!File.Exists(Path.Combine(root!.FullName, "EtlTools.sln"))) root = root.Parent;
        var program = Path.Combine(root.FullName, "src", "EtlTools.Cli", "bin", built.Parent!.Name, built.Name, "etl.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>()) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }

    /// <summary>A setting's value in the lines of a .env file.</summary>
    public static string Setting(string[] environment, string name) => environment.Single(l => l.StartsWith(name + "=", StringComparison.Ordinal))[(name.Length + 1)..].Trim('\'');
}
