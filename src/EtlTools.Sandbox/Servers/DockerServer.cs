using System.ComponentModel;
using System.Globalization;
using EtlTools.Sandbox.Processes;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EtlTools.Sandbox.Servers;

/// <summary>An own server in a container, on a free port of 127.0.0.1.</summary>
internal sealed class DockerServer(SandboxOptions options, ILogger logger) : SandboxServer
{
    private const string Label = "etl-tools.sandbox.owner";

    private readonly string _name = RandomName();
    private readonly string _password = RandomPassword();
    private readonly int _port = FreePort();
    private Watchdog? _watchdog;

    public override string Description => $"container {_name} ({options.DockerImage}) on 127.0.0.1:{_port}";

    public override string ConnectionString => LocalConnectionString(_port, _password);

    public override string StopCommand => RemoveCommand(_name).ToString();

    public override string? PsqlPath => SearchPath.Find("psql");

    /// <summary>Whether the engine answers, not only whether the client is installed.</summary>
    public static async Task<bool> IsAvailableAsync(CancellationToken cancellationToken)
    {
        if (SearchPath.Find("docker") is null)
            return false;

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            return (await Docker("version", "--format", "{{.Server.Version}}").RunAsync(limit.Token).ConfigureAwait(false)).Succeeded;
        }
        catch (Win32Exception)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public override async Task CreateAsync(CancellationToken cancellationToken)
    {
        await RemoveStaleAsync(cancellationToken).ConfigureAwait(false);
        if (!options.Keep)
            _watchdog = Watchdog.Start(RemoveCommand(_name), folder: "");

        // Not --rm: a stopped container must be there to be started again. The password goes by the environment, which ps does not show.
        var run = Docker(
            [
                "run", "-d", "--name", _name, "--label", $"{Label}={OwnerMarker.ForThisProcess(options.Keep)}", "--shm-size", "512m",
                "-p", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}:5432"), "-e", "POSTGRES_PASSWORD",
                "-e", "POSTGRES_INITDB_ARGS=--encoding=UTF8 --no-locale", options.DockerImage, "postgres",
                .. ServerSettings.For(options).SelectMany(setting => (string[])["-c", $"{setting.Key}={setting.Value}"]),
            ]) with
        { Environment = new Dictionary<string, string> { ["POSTGRES_PASSWORD"] = _password } };
        await RequireAsync(run, cancellationToken).ConfigureAwait(false);
        await WaitUntilReadyAsync(cancellationToken).ConfigureAwait(false);
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RequireAsync(Docker("start", _name), cancellationToken).ConfigureAwait(false);
        await WaitUntilReadyAsync(cancellationToken).ConfigureAwait(false);
    }

    public override async Task StopAsync(SandboxStopMode mode, CancellationToken cancellationToken)
    {
        // PostgreSQL's own signals: INT is a fast stop, QUIT an immediate one. A container that is stopped refuses them.
        var signal = mode == SandboxStopMode.Fast ? "INT" : "QUIT";
        if ((await Docker("kill", "--signal", signal, _name).RunAsync(cancellationToken).ConfigureAwait(false)).Succeeded)
            await RequireAsync(Docker("wait", _name), cancellationToken).ConfigureAwait(false);
    }

    public override async Task RemoveAsync()
    {
        await RemoveCommand(_name).RunAsync(CancellationToken.None).ConfigureAwait(false);
        _watchdog?.Dispose();
        _watchdog = null;
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        var started = options.TimeProvider.GetTimestamp();
        while (true)
        {
            try
            {
                await ExecuteAsync(ConnectionString, "SELECT 1", cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (NpgsqlException error)
            {
                if (options.TimeProvider.GetElapsedTime(started) > options.StartTimeout)
                    throw new SandboxException($"The server in {Description} did not come up: {error.Message}", $"See: docker logs {_name}", error);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RemoveStaleAsync(CancellationToken cancellationToken)
    {
        var list = Docker("ps", "-a", "--filter", $"label={Label}", "--format", "{{.Names}}\t{{.Label \"" + Label + "\"}}");
        var result = await list.RunAsync(cancellationToken).ConfigureAwait(false);
        foreach (var line in result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var fields = line.Split('\t', 2);
            if (fields.Length != 2 || OwnerMarker.Parse(fields[1]) is not { } owner || !owner.IsStale())
                continue;

            await RemoveCommand(fields[0]).RunAsync(cancellationToken).ConfigureAwait(false);
            SandboxLog.StaleRemoved(logger, $"container {fields[0]}", owner.Pid);
        }
    }

    private static async Task RequireAsync(Command command, CancellationToken cancellationToken)
    {
        var result = await command.RunAsync(cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded)
            throw new SandboxException($"docker {command.Arguments[0]} failed: {result.Output}", "Check that the image can be pulled, or install PostgreSQL's binaries, or set ETL_SANDBOX_POSTGRES.");
    }

    private static Command RemoveCommand(string name) => Docker("rm", "--force", "--volumes", name);

    private static Command Docker(params string[] arguments) => new("docker", arguments);
}
