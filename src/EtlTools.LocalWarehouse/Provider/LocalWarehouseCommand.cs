using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using EtlTools.LocalWarehouse.Engine;
using EtlTools.LocalWarehouse.Errors;

namespace EtlTools.LocalWarehouse;

/// <summary>One statement in Snowflake's dialect with its bindings.</summary>
public sealed class LocalWarehouseCommand : DbCommand
{
    private readonly LocalWarehouseParameterCollection _parameters = [];
    private LocalWarehouseConnection? _connection;
    private CancellationTokenSource? _running;

    /// <summary>An empty command.</summary>
    public LocalWarehouseCommand()
    {
    }

    /// <summary>A command with its text and connection.</summary>
    public LocalWarehouseCommand(string commandText, LocalWarehouseConnection? connection = null)
    {
        CommandText = commandText;
        _connection = connection;
    }

    /// <inheritdoc />
    [AllowNull]
    public override string CommandText { get; set; } = "";

    /// <summary>Seconds after which the statement is cancelled with error 000630; 0 leaves it to STATEMENT_TIMEOUT_IN_SECONDS.</summary>
    public override int CommandTimeout { get; set; }

    /// <inheritdoc />
    public override CommandType CommandType
    {
        get => CommandType.Text;
        set
        {
            if (value != CommandType.Text) throw WarehouseErrors.Unsupported($"command type {value}");
        }
    }

    /// <inheritdoc />
    public override bool DesignTimeVisible { get; set; }

    /// <inheritdoc />
    public override UpdateRowSource UpdatedRowSource { get; set; }

    /// <summary>The id of the last statement this command ran; null before.</summary>
    public string? QueryId { get; private set; }

    /// <inheritdoc />
    protected override DbConnection? DbConnection
    {
        get => _connection;
        set => _connection = (LocalWarehouseConnection?)value;
    }

    /// <inheritdoc />
    protected override DbParameterCollection DbParameterCollection => _parameters;

    /// <inheritdoc />
    protected override DbTransaction? DbTransaction { get; set; }

    /// <summary>Cancels the running statement, which then fails with error 000604; harmless when none runs.</summary>
    public override void Cancel()
    {
        try
        {
            _running?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The statement ended between the look and the call.
        }
    }

    /// <inheritdoc />
    public override void Prepare()
    {
    }

    /// <inheritdoc />
    protected override DbParameter CreateDbParameter() => new LocalWarehouseParameter();

    /// <inheritdoc />
    public override int ExecuteNonQuery() => ExecuteNonQueryAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc />
    public override async Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken)
    {
        var (result, running) = await RunAsync(cancellationToken).ConfigureAwait(false);
        await result.Rows.DisposeAsync().ConfigureAwait(false);
        Finished(running);
        return checked((int)result.AffectedRows);
    }

    /// <inheritdoc />
    public override object? ExecuteScalar() => ExecuteScalarAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>The first cell of the first row, <see cref="DBNull"/> when it is NULL, null when there is no row.</summary>
    public override async Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken)
    {
        var reader = await ExecuteDbDataReaderAsync(CommandBehavior.Default, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
            return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? reader.GetValue(0) : null;
    }

    /// <inheritdoc />
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) =>
        ExecuteDbDataReaderAsync(behavior, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc />
    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        if ((behavior & ~(CommandBehavior.SequentialAccess | CommandBehavior.CloseConnection | CommandBehavior.SingleResult | CommandBehavior.SingleRow)) != 0)
            throw WarehouseErrors.Unsupported($"command behaviour {behavior}");
        var (result, running) = await RunAsync(cancellationToken).ConfigureAwait(false);
        // The cancellation reaches into the reading of rows until the reader closes.
        var registration = running.Token.Register(static rows => ((RowSource)rows!).Cancel(), result.Rows);
        return new LocalWarehouseDataReader(result, async () =>
        {
            await registration.DisposeAsync().ConfigureAwait(false);
            Finished(running);
            if (behavior.HasFlag(CommandBehavior.CloseConnection) && _connection is not null) await _connection.CloseAsync().ConfigureAwait(false);
        });
    }

    private async Task<(StatementResult Result, CancellationTokenSource Running)> RunAsync(CancellationToken cancellationToken)
    {
        var session = (_connection ?? throw new InvalidOperationException("The command has no connection.")).Session;
        var running = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _running = running;
        try
        {
            var rows = ArrayBinding.Rows(_parameters.Items);
            var bindings = rows?[0] ?? [.. _parameters.Items.Select((p, i) => p.Bind(i + 1))];
            var result = await session.ExecuteAsync(CommandText, bindings, CommandTimeout, running.Token, rows).ConfigureAwait(false);
            QueryId = result.QueryId;
            return (result, running);
        }
        catch (Exception exception)
        {
            Finished(running);
            if (exception is LocalWarehouseException error) QueryId = error.QueryId ??= Guid.NewGuid().ToString();
            throw;
        }
    }

    private void Finished(CancellationTokenSource running)
    {
        if (ReferenceEquals(_running, running)) _running = null;
        running.Dispose();
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        _running = null;
        base.Dispose(disposing);
    }
}
