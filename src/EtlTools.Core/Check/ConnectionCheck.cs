using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State.Migrations;
using Npgsql;

namespace EtlTools.Core.Check;

/// <summary>
/// Finds out, without writing anything, whether a sync would work: both systems reached, state tables current, each pipeline's tables
/// there, readable, writable, fitting together and with a usable key.
/// </summary>
public sealed class ConnectionCheck(EtlServices services)
{
    /// <summary>Checks everything and reports each finding with its remedy; it does not stop at the first.</summary>
    /// <param name="configuration">Pipelines to check; null checks the two systems only.</param>
    /// <param name="cancellationToken">Stops checking.</param>
    public async Task<IReadOnlyList<CheckFinding>> RunAsync(EtlConfiguration? configuration, CancellationToken cancellationToken)
    {
        var findings = new List<CheckFinding>();
        var hasSnowflake = await TryAsync(findings, "Snowflake", () => CheckSnowflakeAsync(findings, cancellationToken)).ConfigureAwait(false);
        var hasPostgres = await TryAsync(findings, "PostgreSQL", () => CheckPostgresAsync(findings, NeedsTemporary(configuration), cancellationToken)).ConfigureAwait(false);
        if (hasPostgres) await TryAsync(findings, "State tables", () => CheckStateAsync(findings, cancellationToken)).ConfigureAwait(false);
        if (!hasSnowflake || !hasPostgres) return findings;
        foreach (var pipeline in configuration?.Pipelines ?? [])
        {
            var check = new PipelineCheck(services, pipeline, findings);
            await TryAsync(findings, pipeline.Name, () => check.RunAsync(cancellationToken)).ConfigureAwait(false);
        }

        return findings;
    }

    private async Task CheckSnowflakeAsync(List<CheckFinding> findings, CancellationToken cancellationToken)
    {
        if (services.Snowflake.Driver is { } present)
            findings.Add(new CheckFinding("Snowflake driver", CheckSeverity.Ok, $"Snowflake.Data {present.Version} in {present.Folder}; {SnowflakeDriver.MinimumVersion} or later is needed", null));
        var connection = await services.Snowflake.OpenAsync("etl-tools check", cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var row = await SnowflakeStatement.RowAsync(
                connection, "SELECT CURRENT_VERSION(), CURRENT_WAREHOUSE(), CURRENT_ROLE(), CURRENT_USER()", [], cancellationToken).ConfigureAwait(false);
            var driver = services.Snowflake.Driver is { } loaded ? $"Snowflake.Data {loaded.Version}" : "the local warehouse";
            findings.Add(new CheckFinding(
                "Snowflake", CheckSeverity.Ok,
                $"reached through {driver}: version {row[0]}, warehouse {row[1] ?? "none"}, role {row[2] ?? "none"}, user {row[3]}", null));
            if (row[1] is null && !services.Snowflake.Settings.IsLocal)
                findings.Add(new CheckFinding("Snowflake", CheckSeverity.Error, "no warehouse is in use", "Set SNOWFLAKE_WAREHOUSE, or give the user a default warehouse."));
        }
    }

    private async Task CheckPostgresAsync(List<CheckFinding> findings, bool needsTemporary, CancellationToken cancellationToken)
    {
        await using var connection = await services.Postgres.OpenAsync(cancellationToken).ConfigureAwait(false);
        findings.Add(new CheckFinding("PostgreSQL", CheckSeverity.Ok, $"reached: version {connection.PostgreSqlVersion}, {services.Postgres}", null));
        if (connection.PostgreSqlVersion.Major < 14)
            findings.Add(new CheckFinding("PostgreSQL", CheckSeverity.Error, "versions before 14 are not supported", "Upgrade the server."));
        if (!needsTemporary) return;
        await using var command = new NpgsqlCommand("SELECT has_database_privilege(current_database(), 'TEMP')", connection);
        if (!(bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!)
        {
            findings.Add(new CheckFinding(
                "PostgreSQL", CheckSeverity.Error, $"user {connection.UserName} may not create temporary tables, which every batch needs",
                $"GRANT TEMPORARY ON DATABASE \"{connection.Database}\" TO \"{connection.UserName}\";"));
        }
    }

    // Batches are staged in PostgreSQL on their way there only.
    private static bool NeedsTemporary(EtlConfiguration? configuration) => configuration?.Pipelines.Any(pipeline => pipeline.Direction == SyncDirection.SnowflakeToPostgres) ?? true;

    private async Task CheckStateAsync(List<CheckFinding> findings, CancellationToken cancellationToken)
    {
        await new PostgresMigrator(services.Postgres.DataSource, services.Logger).EnsureCurrentAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        findings.Add(new CheckFinding("State tables", CheckSeverity.Ok, "schema etl is up to date", null));
    }

    /// <returns>Whether the check ran to its end.</returns>
    private static async Task<bool> TryAsync(List<CheckFinding> findings, string subject, Func<Task> check)
    {
        try
        {
            await check().ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            throw;
        }
        catch (EtlException known)
        {
            findings.Add(new CheckFinding(subject, CheckSeverity.Error, known.Message, known.Remedy));
            return false;
        }
#pragma warning disable CA1031 // Whatever goes wrong with one subject is its finding; the others are still checked.
        catch (Exception unexpected)
#pragma warning restore CA1031
        {
            findings.Add(new CheckFinding(subject, CheckSeverity.Error, unexpected.Message, "See the log file for details."));
            return false;
        }
    }
}
