using System.Globalization;
using System.Text;
using EtlTools.Sandbox.Processes;
using Microsoft.Extensions.Logging;

namespace EtlTools.Sandbox.Servers;

/// <summary>An own server from installed binaries, on a free port of 127.0.0.1, in an own folder.</summary>
internal sealed class LocalServer : SandboxServer
{
    private readonly SandboxOptions _options;
    private readonly PostgresBinaries _binaries;
    private readonly ILogger _logger;
    private readonly ServerAccount _account;
    private readonly SandboxFolder _folder;
    private readonly bool _isLasting;
    private string _password = RandomPassword();
    private Watchdog? _watchdog;
    private int _port;

    public LocalServer(SandboxOptions options, PostgresBinaries binaries, ILogger logger)
    {
        _options = options;
        _binaries = binaries;
        _logger = logger;
        _account = ServerAccount.Choose();
        _isLasting = options.DataFolder is not null;
        _folder = new SandboxFolder(options.DataFolder is { } folder
            ? Path.GetFullPath(folder)
            : Path.Combine(SandboxFolder.Parent(options.TempFolder, _account), RandomName()));
    }

    public override string Description => $"PostgreSQL from {_binaries.Folder} on 127.0.0.1:{_port}, files in {_folder.Path}";

    public override string ConnectionString => LocalConnectionString(_port, _password);

    public override int? PidOfPostmaster => _folder.RunningPid();

    public override string? DataDirectory => _folder.Data;

    public override string? BinDirectory => _binaries.Folder;

    public override string? PsqlPath => _binaries.Psql;

    public override string StopCommand => OperatingSystem.IsWindows()
        ? $"& {PgCtlStop("fast")}; Remove-Item -Recurse -Force {ShellQuoting.Quote(_folder.Path)}"
        : $"{PgCtlStop("fast")} && rm -rf {ShellQuoting.Quote(_folder.Path)}";

    public override async Task CreateAsync(CancellationToken cancellationToken)
    {
        if (_isLasting && _account.IsOther && !OperatingSystem.IsWindows() && Path.GetDirectoryName(_folder.Path) is { } parent
            && (!Directory.Exists(parent) || !SandboxFolder.CanOthersEnter(parent)))
            throw new SandboxException($"PostgreSQL does not run as root, and its account cannot enter {parent}.", "Choose a data folder in one that all may enter (chmod o+x), or run as another user.");
        if (!_isLasting)
            await RemoveStaleAsync(cancellationToken).ConfigureAwait(false);
        _folder.Create(OwnerMarker.ForThisProcess(_options.Keep || _isLasting));
        if (!_options.Keep)
            _watchdog = Watchdog.Start(PgCtlStop(_isLasting ? "fast" : "immediate"), _isLasting ? "" : _folder.Path);

        if (_isLasting && File.Exists(_folder.Password))
            _password = (await File.ReadAllTextAsync(_folder.Password, cancellationToken).ConfigureAwait(false)).Trim();
        else
            await InitialiseAsync(cancellationToken).ConfigureAwait(false);
        for (var attempt = 1; ; attempt++)
        {
            // Another process may take the port between the probe and the start.
            _port = FreePort();
            var result = await TryStartAsync(cancellationToken).ConfigureAwait(false);
            if (result.Succeeded)
                return;

            if (attempt == 5 || !_folder.LogTail().Contains("Address already in use", StringComparison.OrdinalIgnoreCase))
                throw StartFailed(result);
        }
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var result = await TryStartAsync(cancellationToken).ConfigureAwait(false);

        // Backends of a killed server hold its shared memory until they notice.
        for (var attempt = 0; !result.Succeeded && attempt < 10; attempt++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), _options.TimeProvider, cancellationToken).ConfigureAwait(false);
            result = await TryStartAsync(cancellationToken).ConfigureAwait(false);
        }

        if (!result.Succeeded)
            throw StartFailed(result);
    }

    public override async Task StopAsync(SandboxStopMode mode, CancellationToken cancellationToken)
    {
        if (_folder.RunningPid() is null)
            return;

        var command = PgCtlStop(mode == SandboxStopMode.Fast ? "fast" : "immediate");
        var result = await command.RunAsync(cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded && _folder.RunningPid() is not null)
            throw new SandboxException($"The sandbox server in {_folder.Path} did not stop: {result.Output}", $"See {_folder.Log}, or run: {command}");
    }

    public override async Task RemoveAsync()
    {
        await StopAsync(_isLasting ? SandboxStopMode.Fast : SandboxStopMode.Immediate, CancellationToken.None).ConfigureAwait(false);
        if (!_isLasting)
            await _folder.DeleteAsync(_options.TimeProvider, _logger).ConfigureAwait(false);
        _watchdog?.Dispose();
        _watchdog = null;
    }

    private async Task InitialiseAsync(CancellationToken cancellationToken)
    {
        var passwordFile = _folder.Password + ".new";
        await File.WriteAllTextAsync(passwordFile, _password, cancellationToken).ConfigureAwait(false);
        await _account.TakeOverAsync(_folder.Path, cancellationToken).ConfigureAwait(false);
        var result = await Run(_binaries.Initdb,
            "--pgdata", _folder.Data, "--username=postgres", "--auth=scram-sha-256", "--pwfile", passwordFile,
            "--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions").RunAsync(cancellationToken).ConfigureAwait(false);
        if (_isLasting && result.Succeeded)
            File.Move(passwordFile, _folder.Password, true);
        else
            File.Delete(passwordFile);
        if (!result.Succeeded)
            throw new SandboxException($"initdb in {_binaries.Folder} failed: {result.Output}", "Check that the temporary folder has space and can be read by the server's user, or set ETL_SANDBOX_POSTGRES.");

        var lines = new StringBuilder().AppendLine("listen_addresses = '127.0.0.1'").AppendLine("unix_socket_directories = ''");
        foreach (var (name, value) in ServerSettings.For(_options))
            lines.AppendLine(CultureInfo.InvariantCulture, $"{name} = '{value.Replace("'", "''", StringComparison.Ordinal)}'");

        await File.AppendAllTextAsync(Path.Combine(_folder.Data, "postgresql.conf"), lines.ToString(), cancellationToken).ConfigureAwait(false);
    }

    private Task<CommandResult> TryStartAsync(CancellationToken cancellationToken) => Run(_binaries.PgCtl,
        "start", "-D", _folder.Data, "-l", _folder.Log, "-w", "-t", Seconds(_options.StartTimeout),
        "-o", string.Create(CultureInfo.InvariantCulture, $"-p {_port}")).RunAsync(cancellationToken);

    private Command PgCtlStop(string mode) => Run(_binaries.PgCtl, "stop", "-D", _folder.Data, "-m", mode, "-w", "-t", "30");

    private Command Run(string program, params string[] arguments) =>
        _account.Wrap(new Command(program, arguments) { WorkingDirectory = _folder.Path });

    private SandboxException StartFailed(CommandResult result) => new(
        $"The sandbox server from {_binaries.Folder} did not start: {result.Output}{Environment.NewLine}{_folder.LogTail()}",
        "Mend what the server says, or set ETL_SANDBOX_POSTGRES to the connection string of a running server.");

    private async Task RemoveStaleAsync(CancellationToken cancellationToken)
    {
        foreach (var (stale, owner) in SandboxFolder.FindStale(Path.GetDirectoryName(_folder.Path)!))
        {
            if (stale.RunningPid() is not null)
            {
                var stop = new Command(_binaries.PgCtl, ["stop", "-D", stale.Data, "-m", "immediate", "-w", "-t", "30"]) { WorkingDirectory = stale.Path };
                await _account.Wrap(stop).RunAsync(cancellationToken).ConfigureAwait(false);
            }

            if (stale.RunningPid() is null && await stale.DeleteAsync(_options.TimeProvider, _logger).ConfigureAwait(false))
                SandboxLog.StaleRemoved(_logger, stale.Path, owner.Pid);
        }
    }

    private static string Seconds(TimeSpan time) => Math.Max(1, (int)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
