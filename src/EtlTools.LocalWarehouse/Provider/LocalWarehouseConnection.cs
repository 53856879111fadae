using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using EtlTools.LocalWarehouse.Engine;
using EtlTools.LocalWarehouse.Sql.Parsing;

namespace EtlTools.LocalWarehouse;

/// <summary>
/// A Snowflake session on a PostgreSQL database. Keys of the connection string: <c>postgres</c> (an Npgsql connection
/// string, quoted as <see cref="DbConnectionStringBuilder"/> does), <c>db</c>, <c>schema</c>, <c>user</c>, <c>role</c>,
/// <c>warehouse</c>, <c>stages</c> (the folder that holds staged files; without it <c>EtlTools/LocalWarehouse/stages</c> in the user's
/// local application data, on Linux <c>~/.local/share</c>); other keys are ignored, as Snowflake's driver does.
/// Synchronous members wait for the asynchronous ones, which never need the caller's thread.
/// </summary>
public sealed class LocalWarehouseConnection : DbConnection
{
    private string _connectionString = "";
    private WarehouseSession? _session;

    /// <summary>A connection without a connection string.</summary>
    public LocalWarehouseConnection()
    {
    }

    /// <summary>A connection for a connection string.</summary>
    public LocalWarehouseConnection(string connectionString) => _connectionString = connectionString;

    /// <inheritdoc />
    [AllowNull]
    public override string ConnectionString
    {
        get => _connectionString;
        set => _connectionString = _session is null ? value ?? "" : throw new InvalidOperationException("The connection is open.");
    }

    /// <inheritdoc />
    public override string Database => _session?.State.Database ?? "";

    /// <inheritdoc />
    public override string DataSource => "local";

    /// <inheritdoc />
    public override string ServerVersion => Sql.Functions.ContextFunctions.Version;

    /// <inheritdoc />
    public override ConnectionState State => _session is null ? ConnectionState.Closed
        : _session.Link.Connection.State == ConnectionState.Open ? ConnectionState.Open : ConnectionState.Broken;

    /// <inheritdoc />
    protected override DbProviderFactory DbProviderFactory => LocalWarehouseFactory.Instance;

    internal WarehouseSession Session => _session ?? throw new InvalidOperationException("The connection is not open.");

    /// <inheritdoc />
    public override void Open() => OpenAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Opens the session; creates the warehouse's catalog in the PostgreSQL database when it is not there.</summary>
    /// <exception cref="LocalWarehouseException">PostgreSQL cannot be reached; the inner exception is Npgsql's.</exception>
    public override async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_session is not null) throw new InvalidOperationException("The connection is open.");
        _session = await WarehouseSession.OpenAsync(WarehouseOptions.Parse(_connectionString), cancellationToken).ConfigureAwait(false);
        OnStateChange(new StateChangeEventArgs(ConnectionState.Closed, ConnectionState.Open));
    }

    /// <inheritdoc />
    public override void Close() => CloseAsync().GetAwaiter().GetResult();

    /// <inheritdoc />
    public override async Task CloseAsync()
    {
        if (_session is not { } session) return;
        _session = null;
        await session.DisposeAsync().ConfigureAwait(false);
        OnStateChange(new StateChangeEventArgs(ConnectionState.Open, ConnectionState.Closed));
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing) Close();
        base.Dispose(disposing);
    }

    /// <inheritdoc />
    public override void ChangeDatabase(string databaseName)
    {
        using var command = new LocalWarehouseCommand($"USE DATABASE \"{databaseName.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", this);
        command.ExecuteNonQuery();
    }

    /// <summary>
    /// Starts a bulk load into a table: rows go to PostgreSQL by COPY, past the SQL dialect. For filling tables in tests,
    /// demos and benchmarks. The open transaction, if any, holds it; nothing is loaded without <see cref="LocalWarehouseBulkLoad.Complete"/>.
    /// </summary>
    /// <param name="tableName">The table as written in SQL, such as <c>ORDERS</c> or <c>DB.SCHEMA."Mixed"</c>.</param>
    /// <param name="columns">Exact column names; none means all, in order.</param>
    /// <exception cref="LocalWarehouseException">The table or a column does not exist.</exception>
    public LocalWarehouseBulkLoad BeginBulkLoad(string tableName, params IReadOnlyList<string> columns) =>
        LocalWarehouseBulkLoad.Begin(Session, Parser.ParseObjectName(tableName), columns);

    /// <inheritdoc />
    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel)
    {
        if (isolationLevel is not (IsolationLevel.Unspecified or IsolationLevel.ReadCommitted))
            throw Errors.WarehouseErrors.Unsupported($"isolation level {isolationLevel}: Snowflake knows READ COMMITTED only");
        using var command = new LocalWarehouseCommand("BEGIN", this);
        command.ExecuteNonQuery();
        return new LocalWarehouseTransaction(this);
    }

    /// <inheritdoc />
    protected override DbCommand CreateDbCommand() => new LocalWarehouseCommand("", this);
}
