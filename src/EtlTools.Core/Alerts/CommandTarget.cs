using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using EtlTools.Core.Config;

namespace EtlTools.Core.Alerts;

/// <summary>
/// Starts a program for each alert and gives it the alert as JSON on standard input. No shell is involved, and nothing of the alert is on
/// the command line. Settings that are secrets are not handed down in its environment.
/// </summary>
/// <param name="command">The program.</param>
/// <param name="folder">Where it is started; null means the process's working folder.</param>
internal sealed class CommandTarget(CommandText command, string? folder) : IAlertTarget
{
    public string Name => $"command {Path.GetFileName(command.Program)}";

    public async Task SendAsync(Alert alert, CancellationToken stop)
    {
        using var process = Start();
        try
        {
            // Read, so that a program that prints much is not held up; what it prints is its own business.
            var output = Task.WhenAll(DrainAsync(process.StandardOutput.BaseStream, stop), DrainAsync(process.StandardError.BaseStream, stop));
            await GiveAsync(process, AlertJson.Of(alert), stop).ConfigureAwait(false);
            await process.WaitForExitAsync(stop).ConfigureAwait(false);
            await output.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Kill(process);
            throw;
        }

        if (process.ExitCode != 0)
            throw new AlertDeliveryException(string.Create(CultureInfo.InvariantCulture, $"it ended with exit code {process.ExitCode}."), isTransient: true);
    }

    private Process Start()
    {
        // A name without a folder is looked for on PATH.
        var isPath = folder is not null && command.Program.AsSpan().ContainsAny('/', Path.DirectorySeparatorChar);
        var start = new ProcessStartInfo(isPath ? Path.Combine(folder!, command.Program) : command.Program, command.Arguments)
        {
            WorkingDirectory = folder ?? "", UseShellExecute = false, CreateNoWindow = true, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var secret in SettingsCatalog.All.Where(setting => setting.IsSecret)) start.Environment.Remove(secret.Name);
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception error) when (error is Win32Exception or IOException or InvalidOperationException)
        {
            throw new AlertDeliveryException("it cannot be started: there is no such program, or it may not be run.", isTransient: false);
        }
    }

    private static async Task GiveAsync(Process process, byte[] json, CancellationToken stop)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(json, stop).ConfigureAwait(false);
            await process.StandardInput.BaseStream.WriteAsync("\n"u8.ToArray(), stop).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It did not want to read; its exit code says how it went.
        }
    }

    private static Task DrainAsync(Stream output, CancellationToken stop) => output.CopyToAsync(Stream.Null, stop);

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception)
        {
            // It has ended by itself.
        }
    }
}
