using EtlTools.LocalWarehouse.Catalog;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Loading;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Parsing;
using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Stages;
using EtlTools.LocalWarehouse.Unloading;
using Npgsql;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>
/// One Snowflake session on one PostgreSQL connection: parses, translates and runs statements one at a time. The
/// ADO.NET provider is a skin over it, and so can other front doors be.
/// </summary>
internal sealed class WarehouseSession : IAsyncDisposable
{
    private readonly PostgresLink _link;
    private readonly CatalogReader _reader;
    private RowSource? _openRows;

    private WarehouseSession(NpgsqlConnection connection, SessionState state, StageStore stages)
    {
        Stages = stages;
        StageCatalog = new StageCatalog(this);
        _link = new PostgresLink(connection);
        _reader = new CatalogReader(connection);
        State = state;
        Transactions = new TransactionControl(_link, state);
    }

    internal SessionState State { get; }

    internal TransactionControl Transactions { get; }

    internal PostgresLink Link => _link;

    internal CatalogReader Catalog => _reader;

    internal StageStore Stages { get; }

    internal StageCatalog StageCatalog { get; }

    /// <summary>The folders whose stage or table the running definition drops; removed once it has committed.</summary>
    internal List<string> DroppedStages { get; } = [];

    /// <summary>Opens a session; the catalog is created if it is not there. Without <c>db</c> the session has no current database.</summary>
    internal static async Task<WarehouseSession> OpenAsync(WarehouseOptions options, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(options.PostgresForSession);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            await CatalogBootstrap.EnsureAsync(connection, cancellationToken).ConfigureAwait(false);
            var state = new SessionState
            {
                Account = options.Account,
                User = options.User,
                Role = options.Role,
                Warehouse = options.Warehouse,
                SessionId = SqlText.Number(connection.ProcessID),
            };
            using var identity = new NpgsqlCommand("SELECT id::text FROM sf_identity", connection);
            var warehouse = (string)(await identity.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
            var session = new WarehouseSession(connection, state, new StageStore(Path.Combine(options.Stages, warehouse)));
            await session.ForgetTemporaryAsync(
                "x.session_pid = pg_backend_pid() OR (x.session_pid <> 0 AND NOT EXISTS (SELECT FROM pg_stat_activity AS a WHERE a.pid = x.session_pid))", cancellationToken).ConfigureAwait(false);
            await session.Transactions.ApplyTimeZoneAsync(cancellationToken).ConfigureAwait(false);
            await session.EnterAsync(options.Database, options.Schema, cancellationToken).ConfigureAwait(false);
            return session;
        }
        catch (Exception exception)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            if (exception is not LocalWarehouseException && PostgresErrors.Translates(exception)) throw PostgresErrors.Translate(exception, null);
            throw;
        }
    }

    /// <summary>Removes temporary tables, stages and file formats from the catalog, and their files.</summary>
    private async Task ForgetTemporaryAsync(string which, CancellationToken cancellationToken)
    {
        var folders = await _link.QueryAsync(
            $"WITH t AS (DELETE FROM sf_relation AS x WHERE {which} RETURNING id), s AS (DELETE FROM sf_stage AS x WHERE {which} RETURNING id), f AS (DELETE FROM sf_file_format AS x WHERE {which})"
            + " SELECT 'table_' || id FROM t UNION ALL SELECT 'stage_' || id FROM s", r => r.GetString(0), cancellationToken).ConfigureAwait(false);
        folders.ForEach(Stages.RemoveStage);
    }

    /// <summary>As in Snowflake, a database or schema of the connection string that does not exist leaves the session without one.</summary>
    private async Task EnterAsync(string? database, string? schema, CancellationToken cancellationToken)
    {
        if (database is null || await _reader.DatabaseIdAsync(database, cancellationToken).ConfigureAwait(false) is null) return;
        State.Database = database;
        var wanted = schema ?? "PUBLIC";
        if (wanted == InformationSchema.Name || await _reader.SchemaIdAsync(database, wanted, cancellationToken).ConfigureAwait(false) is not null) State.Schema = wanted;
    }

    /// <summary>Runs one statement, whose rows must be disposed before the next. A timeout of 0 seconds means STATEMENT_TIMEOUT_IN_SECONDS.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="bindings">The bound values; those of the first row when there are several.</param>
    /// <param name="timeout">Seconds.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <param name="rows">The bound values of each row of an INSERT … VALUES; null for a statement without arrays.</param>
    internal Task<StatementResult> ExecuteAsync(
        string sql, IReadOnlyList<BoundValue> bindings, int timeout, CancellationToken cancellationToken, IReadOnlyList<IReadOnlyList<BoundValue>>? rows = null) =>
        ExecuteAsync(sql, bindings, timeout, Guid.NewGuid().ToString(), cancellationToken, rows);

    /// <summary>Runs one statement under a query id, a UUID, that was given out before.</summary>
    internal async Task<StatementResult> ExecuteAsync(
        string sql, IReadOnlyList<BoundValue> bindings, int timeout, string queryId, CancellationToken cancellationToken,
        IReadOnlyList<IReadOnlyList<BoundValue>>? rows = null)
    {
        try
        {
            if (_openRows is not null) throw WarehouseErrors.Unsupported("a statement while a reader of the same connection is open");
            cancellationToken.ThrowIfCancellationRequested();
            var parsed = Parser.Parse(sql);
            var result = await DispatchAsync(new StatementRun(this, queryId, parsed, bindings, Timeout(timeout)) { Rows = rows }, cancellationToken).ConfigureAwait(false);
            State.LastQueryId = queryId;
            return result;
        }
        catch (LocalWarehouseException exception)
        {
            exception.QueryId ??= queryId;
            State.LastQueryId = queryId;
            throw;
        }
        catch (Exception exception) when (PostgresErrors.Translates(exception))
        {
            State.LastQueryId = queryId;
            throw PostgresErrors.Translate(exception, queryId);
        }
    }

    /// <summary>The columns a query would have; it is compiled and not run.</summary>
    /// <exception cref="LocalWarehouseException">It does not compile, or is no query.</exception>
    internal async Task<StatementResult> DescribeAsync(string sql, IReadOnlyList<BoundValue> bindings, string queryId, CancellationToken cancellationToken)
    {
        try
        {
            var parsed = Parser.Parse(sql);
            if (parsed.Statement is not SelectStatement select) throw WarehouseErrors.Unsupported("describing a statement that is no query");
            var plan = await PlanAsync(new StatementRun(this, queryId, parsed, bindings, 0), select, cancellationToken).ConfigureAwait(false);
            return new StatementResult(queryId, StatementType.Select, plan.Columns, new TextRows(plan.Columns, []), -1);
        }
        catch (LocalWarehouseException exception)
        {
            exception.QueryId ??= queryId;
            throw;
        }
        catch (Exception exception) when (PostgresErrors.Translates(exception))
        {
            throw PostgresErrors.Translate(exception, queryId);
        }
    }

    private int Timeout(int seconds)
    {
        var session = State.Parameters.StatementTimeout;
        return seconds == 0 ? session : session == 0 ? seconds : Math.Min(seconds, session);
    }

    private async Task<StatementResult> DispatchAsync(StatementRun run, CancellationToken cancellationToken)
    {
        if (run.Rows is not null && run.Parsed.Statement is not InsertStatement { Rows.Count: 1 })
            throw WarehouseErrors.Unsupported("array binding in a statement other than INSERT … VALUES (…)");
        switch (run.Parsed.Statement)
        {
            case SelectStatement select: return await SelectAsync(run, select, cancellationToken).ConfigureAwait(false);
            case InsertStatement or UpdateStatement or DeleteStatement or MergeStatement or TruncateStatement:
                return await new DataChange(run).RunAsync(cancellationToken).ConfigureAwait(false);
            case ShowStatement or DescribeStatement:
                return await new Listing(run).RunAsync(cancellationToken).ConfigureAwait(false);
            case CopyIntoTableStatement copy:
                return await new CopyIntoTable(run, copy).RunAsync(cancellationToken).ConfigureAwait(false);
            case CopyIntoStageStatement copy:
                return await new CopyIntoStage(run, copy).RunAsync(cancellationToken).ConfigureAwait(false);
            case PutStatement or GetStatement or ListFilesStatement or RemoveFilesStatement:
                return await new FileTransfer(run).RunAsync(cancellationToken).ConfigureAwait(false);
            case UseStatement or AlterSessionStatement:
                return await new SessionChange(run).RunAsync(cancellationToken).ConfigureAwait(false);
            case TransactionStatement transaction:
                var step = transaction.Action switch
                {
                    TransactionAction.Begin => Transactions.BeginAsync(cancellationToken),
                    TransactionAction.Commit => Transactions.CommitAsync(cancellationToken),
                    _ => Transactions.RollbackAsync(cancellationToken),
                };
                await step.ConfigureAwait(false);
                return run.Status("Statement executed successfully.", StatementType.Transaction);
            default:
                return await new Definition(run).RunAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<StatementResult> SelectAsync(StatementRun run, SelectStatement select, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(run, select, cancellationToken).ConfigureAwait(false);
        await Transactions.StartAsync(false, cancellationToken).ConfigureAwait(false);
        var rows = await CopyRows.OpenAsync(new CopyOperation(_link.Connection, run.Timeout), plan, run.QueryId, FinishedAsync, cancellationToken).ConfigureAwait(false);
        _openRows = rows;
        return new StatementResult(run.QueryId, StatementType.Select, plan.Columns, rows, -1);
    }

    private async Task<ResultPlan> PlanAsync(StatementRun run, SelectStatement select, CancellationToken cancellationToken)
    {
        var context = await run.ContextAsync(cancellationToken).ConfigureAwait(false);
        context.WritesLiterals = true;
        return new ResultPlan(new QueryTranslator(context).Translate(select.Query, null, top: true), State.Parameters);
    }

    private async ValueTask FinishedAsync(bool succeeded)
    {
        _openRows = null;
        await Transactions.FinishAsync(succeeded).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_openRows is not null) await _openRows.DisposeAsync().ConfigureAwait(false);
            if (_link.Connection.State == System.Data.ConnectionState.Open)
            {
                await Transactions.RollbackAsync(CancellationToken.None).ConfigureAwait(false);
                await ForgetTemporaryAsync("x.session_pid = pg_backend_pid()", CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (PostgresErrors.Translates(exception) || exception is InvalidOperationException)
        {
            // Closing must not fail: a broken connection has nothing left to undo, and stale rows go with the next open.
        }
        finally
        {
            await _link.DisposeAsync().ConfigureAwait(false);
        }
    }
}
