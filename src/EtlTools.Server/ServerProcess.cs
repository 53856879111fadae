using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using EtlTools.LocalWarehouse;
using EtlTools.Sandbox.Endpoint;

namespace EtlTools.Server;

/// <summary>Serves until a signal, or the word of the one who started it, says stop.</summary>
internal static class ServerProcess
{
    internal static async Task RunAsync(EndpointSettings settings)
    {
        using var stop = new CancellationTokenSource();
        var isBackground = settings.ReadyFile is not null;
        // In the background it outlives the terminal it was started from, and a Ctrl+C there is not meant for it.
        PosixSignal[] ends = isBackground ? [PosixSignal.SIGTERM] : [PosixSignal.SIGTERM, PosixSignal.SIGINT], ignored = isBackground ? [PosixSignal.SIGINT, PosixSignal.SIGHUP] : [];
        List<PosixSignalRegistration> registrations =
        [
            .. ends.Select(s => PosixSignalRegistration.Create(s, context => Cancel(context, stop))),
            .. ignored.Select(s => PosixSignalRegistration.Create(s, context => context.Cancel = true)),
        ];
        try
        {
            await ServeAsync(settings, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // This is the way out.
        }
        finally
        {
            registrations.ForEach(r => r.Dispose());
            if (settings.ReadyFile is { } ready) File.Delete(ready);
        }
    }

    private static async Task ServeAsync(EndpointSettings settings, CancellationTokenSource stop)
    {
        using var certificate = settings.Certificate is { } pem ? ServerCertificate.Load(pem) : null;
        var below = await PostgresBelow.StartAsync(settings, stop.Token).ConfigureAwait(false);
        await using var belowDisposal = below.ConfigureAwait(false);
        foreach (var account in below.Accounts) await CreateDatabasesAsync(account, settings.Databases, stop.Token).ConfigureAwait(false);
        var options = new ServerOptions
        {
            Accounts = below.Accounts,
            Port = settings.Port,
            Stages = settings.Stages,
            AllowFaults = settings.Faults,
            Certificate = certificate,
            Control = settings.ControlToken is { } word ? new ServerControl(word, stop.Cancel) : null,
        };
        var endpoint = await WarehouseEndpoint.StartAsync(options, stop.Token).ConfigureAwait(false);
        await using var endpointDisposal = endpoint.ConfigureAwait(false);
        var address = endpoint.Address.ToString().TrimEnd('/');
        Console.WriteLine($"listening on {address}, over {below.Description}");
        if (settings.ReadyFile is { } file)
            await WritePrivateAsync(file, JsonSerializer.Serialize(new EndpointReady(address, below.Description, below.Target, certificate?.GetCertHashString(HashAlgorithmName.SHA256))), stop.Token).ConfigureAwait(false);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token).ConfigureAwait(false);
    }

    private static async Task CreateDatabasesAsync(ServerAccount account, IReadOnlyList<string> databases, CancellationToken cancellationToken)
    {
        if (databases.Count == 0) return;
        var parts = new System.Data.Common.DbConnectionStringBuilder { ["account"] = "local", ["postgres"] = account.Postgres };
        var connection = new LocalWarehouseConnection(parts.ConnectionString);
        await using var closing = connection.ConfigureAwait(false);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        foreach (var database in databases)
        {
            var command = new LocalWarehouseCommand($"CREATE DATABASE IF NOT EXISTS {database}", connection);
            await using (command.ConfigureAwait(false)) await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The file holds the target's password; it appears with all of its content.</summary>
    private static async Task WritePrivateAsync(string path, string text, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var writer = new StreamWriter(path + ".part", options);
        await using (writer.ConfigureAwait(false)) await writer.WriteAsync(text.AsMemory(), cancellationToken).ConfigureAwait(false);
        File.Move(path + ".part", path, true);
    }

    private static void Cancel(PosixSignalContext context, CancellationTokenSource stop)
    {
        context.Cancel = true;
        stop.Cancel();
    }
}
