using System.Management.Automation;
using EtlTools.Cmdlets.Errors;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Telemetry;

namespace EtlTools.Cmdlets.Parameters;

/// <summary>The parameters that all commands on a user's databases have, and the session they lead to.</summary>
public abstract class EtlCmdlet : AsyncCmdlet
{
    private readonly HashSet<string> _configs = [], _envFiles = [];
    private SecretScrubber _scrubber = new();

    /// <summary>YAML file that lists the tables; otherwise ETL_CONFIG, otherwise etl.yaml in the current folder.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Config { get; set; }

    /// <summary>File with settings; otherwise .env in the current folder, if there is one.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? EnvFile { get; set; }

    /// <summary>User and password, token or key passphrase for Snowflake, whichever SNOWFLAKE_AUTHENTICATOR asks for.</summary>
    [Parameter]
    [Credential]
    public PSCredential? SnowflakeCredential { get; set; }

    /// <summary>User and password for PostgreSQL.</summary>
    [Parameter]
    [Credential]
    public PSCredential? PostgresCredential { get; set; }

    /// <summary>The command as users call it.</summary>
    protected string CommandName => MyInvocation.MyCommand.Name;

    /// <summary>The work, with the session that the parameters lead to.</summary>
    protected abstract Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        EnsureOne(_configs, Config, "YAML files");
        EnsureOne(_envFiles, EnvFile, "files with settings");
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(PipelineWriter output, CancellationToken stop)
    {
        var options = await output.InvokeAsync(() => Options(output)).ConfigureAwait(false);
        var session = new EtlSession(options);
        await using (session.ConfigureAwait(false))
        {
            try
            {
                await RunAsync(session, output, stop).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                session.Log(failure);
                throw;
            }
            finally
            {
                _scrubber = session.Scrubber;
            }
        }
    }

    /// <inheritdoc/>
    protected override ErrorRecord RecordOf(Exception exception) => FailureRecord.Of(exception, CommandName, TargetOf(exception), _scrubber);

    /// <summary>What a failure is about; null when it is the whole command.</summary>
    protected virtual object? TargetOf(Exception exception) => Config;

    /// <summary>Warns of settings that are odd but do not prevent the work.</summary>
    protected static void WarnOfSettings(EtlSession session, PipelineWriter output)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(output);
        foreach (var warning in session.Settings.Warnings) output.WriteWarning(session.Scrubber.Scrub(warning));
    }

    // One command has one session; the last of several files would be taken for all that came.
    private void EnsureOne(HashSet<string> seen, string? file, string what)
    {
        if (file is not null && seen.Add(file) && seen.Count > 1)
            throw Ending(new ConfigurationException($"What came through the pipeline is of several {what}: {string.Join(", ", seen)}.", "Run the command for each file."));
    }

    private EtlSessionOptions Options(PipelineWriter output)
    {
        var options = SessionSource.Options(SessionState.Path.CurrentFileSystemLocation.ProviderPath, FullPath(Config), FullPath(EnvFile));
        return options with
        {
            Vault = SecretVault.Answers(VaultSecrets.NamesIn(options.Variables, options.EnvironmentFile, options.Folder)),
            Credentials = new SettingsCredentials
            {
                Snowflake = SessionSource.Credential(SnowflakeCredential), Postgres = SessionSource.Credential(PostgresCredential),
            },
            ShownFrom = SessionSource.ShownFrom(Wants("Debug"), Wants("Verbose")),
            ShowLog = output.WriteLog,
        };
    }

    /// <summary>A path as seen from PowerShell's current folder; null stays null.</summary>
    private protected string? FullPath(string? path) => path is null ? null : SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);

    private bool Wants(string stream) => MyInvocation.BoundParameters.TryGetValue(stream, out var given)
        ? (SwitchParameter)given
        : GetVariableValue(stream + "Preference") is ActionPreference and not ActionPreference.SilentlyContinue and not ActionPreference.Ignore;
}
