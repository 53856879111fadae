using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Snowflake;
using EtlTools.Core.Sync.Drift;
using EtlTools.Core.Sync;
using Npgsql;

namespace EtlTools.Core.Check;

/// <summary>Checks one pipeline: its tables fit, the source can be read, the target written, and the key is a key at the source too.</summary>
internal sealed class PipelineCheck(EtlServices services, PipelineDefinition pipeline, List<CheckFinding> findings)
{
    /// <summary>Adds what it finds; throws what a run would throw.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (pipeline.Direction != SyncDirection.SnowflakeToPostgres)
        {
            await new OutboundCheck(services, pipeline, findings).RunAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        var planner = new TablePlanner(services, pipeline, $"etl-tools check {pipeline.Name}");
        var plan = await planner.PlanAsync(cancellationToken).ConfigureAwait(false);
        Add(CheckSeverity.Ok, $"{plan.Source.Name} and {plan.Target.Name} fit together: {plan.Columns.Count} columns", null);
        foreach (var note in plan.Notes) Add(CheckSeverity.Warning, note, null);
        await CheckSourceAsync(planner, plan, cancellationToken).ConfigureAwait(false);
        await CheckPrivilegesAsync(plan, cancellationToken).ConfigureAwait(false);
    }

    private async Task CheckSourceAsync(TablePlanner planner, TablePlan plan, CancellationToken cancellationToken)
    {
        var cursor = planner.Cursor(plan.Source);
        if (cursor is null) Add(CheckSeverity.Warning, "no watermark_column: only full runs are possible", "Set watermark_column to a column that grows with every change.");
        var key = string.Join(", ", SourceFields.Of(plan, cursor).Key);
        var duplicate = await planner.QueryAsync(
            (connection, token) => DuplicateAsync(connection, $"SELECT COUNT(*) FROM (SELECT {key} FROM {plan.Source.Name.ToSql()} GROUP BY {key} HAVING COUNT(*) > 1)", token),
            cancellationToken).ConfigureAwait(false);
        if (duplicate == 0) Add(CheckSeverity.Ok, "the source can be read and its key is unique", null);
        else
        {
            Add(CheckSeverity.Warning, string.Create(CultureInfo.InvariantCulture, $"{duplicate} keys ({string.Join(", ", pipeline.Key)}) occur more than once at the source; the newest row of each wins"),
                "Remove the duplicates at the source, or choose a pk that tells them apart.");
        }
    }

    private static async Task<long> DuplicateAsync(System.Data.Common.DbConnection connection, string sql, CancellationToken cancellationToken) =>
        long.Parse((await SnowflakeStatement.RowAsync(connection, sql, [], cancellationToken).ConfigureAwait(false))[0]!, CultureInfo.InvariantCulture);

    private async Task CheckPrivilegesAsync(TablePlan plan, CancellationToken cancellationToken)
    {
        await using var connection = await services.Postgres.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(
            "SELECT p FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS p WHERE NOT has_table_privilege($1, p)", connection)
        {
            Parameters = { new NpgsqlParameter { Value = plan.Target.Name.ToSql() } },
        };
        var missing = new List<string>();
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) missing.Add(reader.GetString(0));
        var grant = $"GRANT {string.Join(", ", missing)} ON {plan.Target.Name.ToSql()} TO \"{connection.UserName}\";";
        if (missing.Count == 0) Add(CheckSeverity.Ok, "the target can be written", null);
        else if (missing is ["DELETE"]) Add(CheckSeverity.Warning, "the target's rows may not be deleted, which full runs need", grant);
        else Add(CheckSeverity.Error, $"missing privileges on the target: {string.Join(", ", missing)}", grant);
    }

    private void Add(CheckSeverity severity, string message, string? remedy) => findings.Add(new CheckFinding(pipeline.Name, severity, message, remedy));
}
