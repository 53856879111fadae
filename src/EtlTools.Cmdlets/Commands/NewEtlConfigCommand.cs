using System.Management.Automation;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.Discover;
using EtlTools.Core.Errors;

namespace EtlTools.Cmdlets.Commands;

/// <summary>
/// Describes how the tables of a PostgreSQL schema could be moved to Snowflake: key, watermark column, types, warnings. With -Path the
/// YAML file is written, with -Apply the tables are created in Snowflake where they are missing; without either nothing is written.
/// </summary>
[Cmdlet(VerbsCommon.New, "EtlConfig", SupportsShouldProcess = true)]
[OutputType(typeof(EtlTableDraft))]
public sealed class NewEtlConfigCommand : EtlCmdlet
{
    /// <summary>The PostgreSQL schema, by its exact name.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(PostgresNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Schema { get; set; } = "public";

    /// <summary>Only these tables; * stands for any characters.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(PostgresNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Table { get; set; } = [];

    /// <summary>Where the tables are in Snowflake, as DATABASE.SCHEMA; otherwise SNOWFLAKE_DATABASE and SNOWFLAKE_SCHEMA.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TargetSchema { get; set; }

    /// <summary>What the tables' names in Snowflake begin with, such as RAW_.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Prefix { get; set; } = "";

    /// <summary>The YAML file to write.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Replaces the file of -Path if it is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Creates the tables in Snowflake where they are missing, and nothing else.</summary>
    [Parameter]
    public SwitchParameter Apply { get; set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(output);
        WarnOfSettings(session, output);
        var path = await output.InvokeAsync(() => Path is null ? null : SessionState.Path.GetUnresolvedProviderPathFromPSPath(Path)).ConfigureAwait(false);
        if (path is not null && !Force && File.Exists(path)) throw Exists(path);
        var options = new DiscoverOptions { Schema = Schema, Tables = Table, TargetSchema = TargetSchema, Prefix = Prefix };
        var discovery = await new SchemaDiscovery(session.Services).RunAsync(options, stop).ConfigureAwait(false);
        var created = await CreateAsync(session, discovery, output, stop).ConfigureAwait(false);
        if (path is not null && await MeansAsync(output, path, "Write the YAML file").ConfigureAwait(false))
            await WriteAsync(path, discovery.Yaml, stop).ConfigureAwait(false);
        foreach (var table in discovery.Tables)
        {
            output.WriteObject(EtlTableDraft.From(table, created?.Where(c => c.Table == table).Select(c => (bool?)c.IsNew).FirstOrDefault()));
            if (!table.CanBeMoved) output.WriteWarning($"{table.Source} cannot be moved: {string.Join("; ", table.Warnings)}.");
        }
    }

    private async Task<IReadOnlyList<(DiscoveredTable Table, bool IsNew)>?> CreateAsync(EtlSession session, Discovery discovery, PipelineWriter output, CancellationToken stop)
    {
        if (!Apply) return null;
        var names = string.Join(", ", discovery.Tables.Where(t => t.CanBeMoved).Select(t => t.TargetText));
        return names.Length > 0 && await MeansAsync(output, names, "Create the tables where they are missing").ConfigureAwait(false)
            ? await new TableCreation(session.Services).RunAsync(discovery.Tables, stop).ConfigureAwait(false)
            : null;
    }

    private Task<bool> MeansAsync(PipelineWriter output, string target, string action) => output.InvokeAsync(() => ShouldProcess(target, action));

    private async Task WriteAsync(string path, string yaml, CancellationToken stop)
    {
        try
        {
            // Without -Force a file that somebody else has made in the meantime is not replaced either.
            var file = new FileStream(path, Force ? FileMode.Create : FileMode.CreateNew, FileAccess.Write);
            await using var disposal = file.ConfigureAwait(false);
            await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(yaml), stop).ConfigureAwait(false);
        }
        catch (IOException) when (!Force && File.Exists(path))
        {
            throw Exists(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path} cannot be written: {e.Message}", "Give -Path a file in a folder that exists and may be written.", e);
        }
    }

    private static ConfigurationException Exists(string path) => new($"{path} is there already.", "Give another -Path, or -Force to replace it.");
}
