using System.CommandLine;
using System.Security.Cryptography;
using EtlTools.Sandbox;
using EtlTools.Sandbox.Endpoint;

namespace EtlTools.Server;

/// <summary>The program's command line.</summary>
internal static class ServerCommand
{
    internal static async Task<int> RunAsync(string[] args)
    {
        var settings = new Option<FileInfo?>("--settings") { Description = "JSON file with everything below, passwords, and more; 'etl sandbox start' writes one. Nothing else is read then." };
        var log = new Option<FileInfo?>("--log") { Description = "File for what would be printed." };
        var postgres = new Option<string?>("--postgres") { Description = "Connection string of the PostgreSQL database underneath. Left out: a throw-away PostgreSQL of this process's own." };
        var port = new Option<int>("--port") { Description = "Port on 127.0.0.1; 0 for a free one." };
        var account = new Option<string>("--account") { Description = "The account's name.", DefaultValueFactory = _ => "sandbox" };
        var user = new Option<string>("--user") { Description = "The user's name; the password is made up and printed.", DefaultValueFactory = _ => "etl" };
        var faults = new Option<bool>("--faults") { Description = "Let POST /faults make the endpoint misbehave, for tests." };
        var root = new RootCommand("Serves the local warehouse to Snowflake's drivers, on 127.0.0.1 only.") { settings, log, postgres, port, account, user, faults };
        root.SetAction(async (parsed, stop) =>
        {
            try
            {
                if (parsed.GetValue(log) is { } file)
                {
                    var writer = new StreamWriter(file.FullName, append: true) { AutoFlush = true };
                    Console.SetOut(writer);
                    Console.SetError(writer);
                }

                if (parsed.GetValue(settings) is { } path)
                {
                    await ServerProcess.RunAsync(await EndpointSettings.ReadAsync(path.FullName, stop).ConfigureAwait(false)).ConfigureAwait(false);
                    return 0;
                }

                var made = new EndpointUser { Name = parsed.GetValue(user)!, Password = RandomNumberGenerator.GetHexString(24, lowercase: true) };
                Console.WriteLine($"account {parsed.GetValue(account)}, user {made.Name}, password {made.Password}");
                await ServerProcess.RunAsync(new EndpointSettings
                {
                    Port = parsed.GetValue(port), Faults = parsed.GetValue(faults), Accounts = [new EndpointAccount(parsed.GetValue(account)!, parsed.GetValue(postgres), [made])],
                }).ConfigureAwait(false);
                return 0;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SandboxException or ArgumentException or System.Data.Common.DbException)
            {
                await Console.Error.WriteLineAsync($"error: {failure.Message}").ConfigureAwait(false);
                return 1;
            }
        });
        // Signals are the process's own business: it has a database server to end.
        return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }).ConfigureAwait(false);
    }
}
