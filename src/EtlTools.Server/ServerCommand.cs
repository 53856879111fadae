using System.CommandLine;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EtlTools.Sandbox;

namespace EtlTools.Server;

/// <summary>The program: serves until it is told to stop.</summary>
internal static class ServerCommand
{
    internal static async Task<int> RunAsync(string[] args)
    {
        var settings = new Option<FileInfo?>("--settings") { Description = "JSON file with everything below and passwords; written by 'etl sandbox start'." };
        var postgres = new Option<string?>("--postgres") { Description = "Connection string of the PostgreSQL database underneath. Left out: a throw-away PostgreSQL of this process's own." };
        var port = new Option<int>("--port") { Description = "Port on 127.0.0.1; 0 for a free one." };
        var account = new Option<string>("--account") { Description = "The account's name.", DefaultValueFactory = _ => "sandbox" };
        var user = new Option<string>("--user") { Description = "The user's name; the password is made up and printed.", DefaultValueFactory = _ => "etl" };
        var faults = new Option<bool>("--faults") { Description = "Let POST /faults make the endpoint misbehave, for tests." };
        var root = new RootCommand("Serves the local warehouse to Snowflake's drivers, on 127.0.0.1 only.") { settings, postgres, port, account, user, faults };
        root.SetAction(async (parsed, _) =>
        {
            if (parsed.GetValue(settings) is { } file) return await ServeAsync(await SettingsFile.ReadAsync(file.FullName).ConfigureAwait(false), null).ConfigureAwait(false);
            var password = RandomNumberGenerator.GetHexString(24, lowercase: true);
            return await ServeAsync(
                new SettingsFile
                {
                    Port = parsed.GetValue(port),
                    Faults = parsed.GetValue(faults),
                    Accounts = [new AccountSettings(parsed.GetValue(account)!, parsed.GetValue(postgres), [new UserSettings { Name = parsed.GetValue(user)!, Password = password }])],
                },
                password).ConfigureAwait(false);
        });
        return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
    }

    /// <param name="settings">What to serve.</param>
    /// <param name="password">The password that was made up, to be shown; null when the user knows it.</param>
    private static async Task<int> ServeAsync(SettingsFile settings, string? password)
    {
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => { signal.Cancel = true; stop.Cancel(); });
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => { signal.Cancel = true; stop.Cancel(); });
        try
        {
            var below = await PostgresBelow.StartAsync(settings, stop.Token).ConfigureAwait(false);
            await using var belowDisposal = below.ConfigureAwait(false);
            var endpoint = await WarehouseEndpoint.StartAsync(settings.ToOptions(below.Accounts), stop.Token).ConfigureAwait(false);
            await using var endpointDisposal = endpoint.ConfigureAwait(false);
            Console.WriteLine($"listening on {endpoint.Address.ToString().TrimEnd('/')}");
            if (password is not null) Console.WriteLine($"account {settings.Accounts[0].Name}, user {settings.Accounts[0].Users[0].Name}, password {password}");
            if (settings.ReadyFile is { } ready) await File.WriteAllTextAsync(ready, endpoint.Address.ToString().TrimEnd('/'), stop.Token).ConfigureAwait(false);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token).ConfigureAwait(false);
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception failure) when (failure is IOException or SandboxException or ArgumentException or Npgsql.NpgsqlException)
        {
            await Console.Error.WriteLineAsync($"error: {failure.Message}").ConfigureAwait(false);
            return 1;
        }
    }
}
