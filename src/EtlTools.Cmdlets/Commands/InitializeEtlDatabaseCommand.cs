using System.Management.Automation;
using EtlTools.Cmdlets.Parameters;
using EtlTools.Cmdlets.Pipeline;
using EtlTools.Core;
using EtlTools.Core.State.Migrations;

namespace EtlTools.Cmdlets.Commands;

/// <summary>Creates or updates the state tables (schema etl) in PostgreSQL. With -WhatIf what is pending is listed, and nothing changed.</summary>
[Cmdlet(VerbsData.Initialize, "EtlDatabase", SupportsShouldProcess = true)]
[OutputType(typeof(EtlMigration))]
public sealed class InitializeEtlDatabaseCommand : EtlCmdlet
{
    /// <summary>Sets of target tables to create besides the state.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(MigrationSetCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] With { get; set; } = [];

    /// <inheritdoc/>
    protected override async Task RunAsync(EtlSession session, PipelineWriter output, CancellationToken stop)
    {
        WarnOfSettings(session, output);
        var runner = new MigrationRunner(session);
        var sets = MigrationRunner.Sets(With);
        var database = session.Services.Postgres.ToString();
        var (isConfirmed, isPlan) = await output.InvokeAsync(() =>
        {
            var isMeant = ShouldProcess($"Apply the pending migrations to {database}", $"Apply the pending migrations to {database}?", "Migrate", out var reason);
            return (isMeant, reason == ShouldProcessReason.WhatIf);
        }).ConfigureAwait(false);
        if (!isConfirmed && !isPlan) return;
        var migrations = isPlan ? await runner.PlanAsync(sets, stop).ConfigureAwait(false) : await runner.ApplyAsync(sets, stop).ConfigureAwait(false);
        foreach (var migration in migrations) output.WriteObject(EtlMigration.From(migration));
        if (migrations.Count == 0) output.WriteVerbose($"{database}: {string.Join(", ", sets)} up to date.");
    }
}
