using System.Diagnostics;
using System.Text;

namespace EtlTools.Core.Schedule;

/// <summary>All that the schedulers need of the machine: environment variables, programs on PATH, and files.</summary>
/// <param name="variables">Environment variables, PATH and HOME among them.</param>
/// <param name="time">The clock, with the machine's time zone.</param>
internal sealed class SchedulerHost(IReadOnlyDictionary<string, string> variables, TimeProvider time)
{
    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>A variable; null when it is not set or empty.</summary>
    public string? Variable(string name) => variables.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>Full path of a program on PATH; null when there is none.</summary>
    public string? Find(string program) => (Variable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Its file name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">What it reads; null for nothing.</param>
    /// <param name="stop">Kills it.</param>
    /// <exception cref="SchedulerException">There is no such program.</exception>
    public async Task<ProgramResult> RunAsync(string program, IReadOnlyList<string> arguments, string? input, CancellationToken stop)
    {
        var path = Find(program) ?? throw new SchedulerException($"There is no program '{program}' on PATH.", "Install it, or choose another scheduler.");
        using var process = new Process { StartInfo = StartInfo(path, arguments) };
        process.Start();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(stop), process.StandardError.ReadToEndAsync(stop));
        try
        {
            if (input is not null) await process.StandardInput.WriteAsync(input.AsMemory(), stop).ConfigureAwait(false);
            process.StandardInput.Close();
            await process.WaitForExitAsync(stop).ConfigureAwait(false);
            return new ProgramResult(process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
        }
        catch (IOException)
        {
            // It ended without reading its input; its exit code says why.
            await process.WaitForExitAsync(stop).ConfigureAwait(false);
            return new ProgramResult(process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Runs a program that has to succeed; returns what it printed.</summary>
    /// <exception cref="SchedulerException">It failed; the message has its words.</exception>
    public async Task<string> RunWellAsync(string program, IReadOnlyList<string> arguments, string? input, CancellationToken stop)
    {
        var result = await RunAsync(program, arguments, input, stop).ConfigureAwait(false);
        return result.ExitCode == 0 ? result.Output : throw result.Failure(program, arguments);
    }

    /// <summary>Writes a file whole or not at all, and the folders above it; only the user may write it.</summary>
    public static async Task WriteAsync(string path, string content, CancellationToken stop)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = path + ".new";
        await File.WriteAllTextAsync(temporary, content, stop).ConfigureAwait(false);
        File.Move(temporary, path, overwrite: true);
    }

    private ProcessStartInfo StartInfo(string path, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, CreateNoWindow = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        start.Environment.Clear();
        foreach (var (name, value) in variables) start.Environment[name] = value;
        // What they print is read, not shown.
        start.Environment["LC_ALL"] = "C.UTF-8";
        return start;
    }
}

/// <summary>How a program ended.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Error)
{
    /// <summary>The error of a program that had to succeed.</summary>
    public SchedulerException Failure(string program, IReadOnlyList<string> arguments)
    {
        var words = string.Join(' ', (Error + "\n" + Output).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return new SchedulerException(
            $"{program} {string.Join(' ', arguments)} ended with exit code {ExitCode}: {(words.Length == 0 ? "it said nothing" : words)}",
            "Run that command by hand, repair what it complains of, and try again; or choose another scheduler.");
    }
}
