using System.Data.Common;
using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Postgres;
using EtlTools.Core.Snowflake;
using EtlTools.Core.Sync.ToSnowflake;
using Npgsql;

namespace EtlTools.Core.Check;

/// <summary>
/// Checks one pipeline to Snowflake: its tables fit, the source can be read in windows that lose nothing, and its key is a key. What
/// a role may write in Snowflake cannot be asked without trying, so nothing is said of it.
/// </summary>
internal sealed class OutboundCheck(EtlServices services, PipelineDefinition pipeline, List<CheckFinding> findings)
{
    private readonly OutboundTables _tables = new(services, pipeline);

    /// <summary>Adds what it finds; throws what a run would throw.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var source = await services.Postgres.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var sourceDisposal = source.ConfigureAwait(false);
        var table = await _tables.DescribeSourceAsync(source, cancellationToken).ConfigureAwait(false);
        // Found before the tables are compared, so that one finding does not hide the other.
        await CheckCursorAsync(source, table, cancellationToken).ConfigureAwait(false);
        var target = await services.Snowflake.OpenAsync($"etl-tools check {pipeline.Name}", cancellationToken).ConfigureAwait(false);
        await using var targetDisposal = target.ConfigureAwait(false);
        var plan = new OutboundDrift(pipeline, table, await _tables.DescribeTargetAsync(target, table, cancellationToken).ConfigureAwait(false)).Plan();
        Add(CheckSeverity.Ok, string.Create(CultureInfo.InvariantCulture, $"{plan.Source.Name} and {plan.Target.Name} fit together: {plan.Columns.Count} columns"), null);
        foreach (var note in plan.Notes) Add(CheckSeverity.Warning, note, null);
        await CheckSourceAsync(source, plan, cancellationToken).ConfigureAwait(false);
        await CheckStageAsync(target, cancellationToken).ConfigureAwait(false);
    }

    private async Task CheckCursorAsync(NpgsqlConnection connection, PostgresTable table, CancellationToken cancellationToken)
    {
        if (_tables.Cursor(table, isFull: pipeline.WriteMode == WriteMode.Full) is not { } cursor)
        {
            Add(CheckSeverity.Warning, "no watermark_column: every run reads the whole table", "Set watermark_column to a column that grows with every change.");
            return;
        }

        await CheckIndexAsync(connection, table, cursor, cancellationToken).ConfigureAwait(false);
        if (cursor.IsTime) await CheckSightAsync(connection, cancellationToken).ConfigureAwait(false);
        else if (pipeline.WriteMode != WriteMode.Full && pipeline.Lookback.Number is null or 0)
        {
            Add(CheckSeverity.Warning, $"watermark_column {pipeline.WatermarkColumn} is a number: a row whose number was drawn earlier and committed later is passed over",
                "Set lookback to more numbers than can be drawn while your longest transaction is open, or choose a time.");
        }
    }

    private async Task CheckIndexAsync(NpgsqlConnection connection, PostgresTable table, PostgresCursor cursor, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            SELECT EXISTS (
                SELECT 1 FROM pg_index i
                JOIN pg_class x ON x.oid = i.indexrelid
                JOIN pg_am m ON m.oid = x.relam AND m.amname IN ('btree', 'brin')
                JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                WHERE i.indrelid = $1::text::regclass AND i.indisvalid AND i.indpred IS NULL AND a.attname = $2)
            """, connection)
        {
            Parameters = { new NpgsqlParameter { Value = table.Name.ToSql() }, new NpgsqlParameter { Value = pipeline.WatermarkColumn! } },
        };
        await using var disposal = command.ConfigureAwait(false);
        if ((bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!) return;
        if (pipeline.WriteMode == WriteMode.Full) return;
        Add(CheckSeverity.Warning, $"no index begins with {pipeline.WatermarkColumn}: every run scans the table to find what changed", $"CREATE INDEX ON {table.Name.ToSql()} ({cursor.Sql});");
    }

    private async Task CheckSightAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(PostgresWindowSql.OpenTransactions, connection);
        await using var disposal = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var readerDisposal = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (reader.GetBoolean(0))
        {
            Add(CheckSeverity.Ok, "open transactions can be seen: a window ends below the oldest one", null);
            return;
        }

        var grant = $"GRANT pg_read_all_stats TO {PostgresIdentifier.Quote(connection.UserName!)};";
        if (pipeline.Settle == TimeSpan.Zero)
        {
            Add(CheckSeverity.Error, $"user {connection.UserName} may not see other users' transactions, so rows that they have not committed yet could be passed over",
                $"{grant} -- or set settle to more than your longest transaction takes");
        }
        else
        {
            Add(CheckSeverity.Warning, string.Create(CultureInfo.InvariantCulture,
                $"user {connection.UserName} may not see other users' transactions: a transaction open for longer than settle ({pipeline.Settle:c}) may be passed over"), grant);
        }
    }

    private async Task CheckSourceAsync(NpgsqlConnection connection, OutboundPlan plan, CancellationToken cancellationToken)
    {
        var from = $"FROM {plan.Source.Name.ToSql()}";
        try
        {
            var read = new NpgsqlCommand($"SELECT {string.Join(", ", plan.Columns.Select(column => column.Projection))} {from} LIMIT 0", connection);
            await using (read.ConfigureAwait(false)) await read.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException refused)
        {
            Add(CheckSeverity.Error, $"the source cannot be read: {refused.MessageText}", refused.SqlState == PostgresErrorCodes.InsufficientPrivilege
                ? $"GRANT SELECT ON {plan.Source.Name.ToSql()} TO {PostgresIdentifier.Quote(connection.UserName!)};"
                : "Correct the sql steps of its transform.");
            return;
        }

        if (plan.IsKeyUnique)
        {
            Add(CheckSeverity.Ok, "the source can be read and its key is unique", null);
            return;
        }

        var key = string.Join(", ", Enumerable.Range(1, plan.Key.Count));
        var command = new NpgsqlCommand(
            $"SELECT count(*) FROM (SELECT {string.Join(", ", plan.KeyColumns.Select(column => column.Projection))} {from} GROUP BY {key} HAVING count(*) > 1) d", connection);
        await using var disposal = command.ConfigureAwait(false);
        var duplicates = (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        var names = string.Join(", ", pipeline.Key);
        if (duplicates == 0) Add(CheckSeverity.Warning, $"the source can be read; its key ({names}) is unique now, but no unique index keeps it so", $"CREATE UNIQUE INDEX on the source columns of {names}.");
        else
        {
            Add(CheckSeverity.Warning, string.Create(CultureInfo.InvariantCulture, $"{duplicates} keys ({names}) occur more than once at the source; one row of each is kept"),
                "Remove the duplicates at the source, or choose a pk that tells them apart.");
        }
    }

    private async Task CheckStageAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        if (pipeline.Files.Stage is not { } stage) return;
        try
        {
            await SnowflakeStatement.RowsAsync(connection, $"LIST {stage}", cancellationToken).ConfigureAwait(false);
            Add(CheckSeverity.Ok, $"stage {stage} can be listed", null);
        }
        catch (DbException refused) when (!SnowflakeErrors.IsTransient(refused))
        {
            Add(CheckSeverity.Error, $"stage {stage} cannot be listed: {refused.Message}", "Create it, or grant the role READ and WRITE on it.");
        }
    }

    private void Add(CheckSeverity severity, string message, string? remedy) => findings.Add(new CheckFinding(pipeline.Name, severity, message, remedy));
}
