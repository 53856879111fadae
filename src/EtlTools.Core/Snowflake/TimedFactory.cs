using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace EtlTools.Core.Snowflake;

/// <summary>A provider whose every statement is logged with the time until its answer, or its refusal.</summary>
internal sealed class TimedFactory(DbProviderFactory provider, ILogger logger) : DbProviderFactory
{
    /// <inheritdoc/>
    public override DbConnection? CreateConnection() => provider.CreateConnection() is { } connection ? new Connection(connection, new StatementClock(logger)) : null;

    private sealed class Connection(DbConnection inner, StatementClock clock) : DbConnection
    {
        [AllowNull]
        public override string ConnectionString { get => inner.ConnectionString; set => inner.ConnectionString = value; }

        public override string Database => inner.Database;

        public override string DataSource => inner.DataSource;

        public override string ServerVersion => inner.ServerVersion;

        public override ConnectionState State => inner.State;

        public override void ChangeDatabase(string databaseName) => inner.ChangeDatabase(databaseName);

        public override void Open() => inner.Open();

        public override Task OpenAsync(CancellationToken cancellationToken) => inner.OpenAsync(cancellationToken);

        public override void Close() => inner.Close();

        public override Task CloseAsync() => inner.CloseAsync();

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync().ConfigureAwait(false);
            await base.DisposeAsync().ConfigureAwait(false);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }

        // The transaction is the provider's own, and so is the connection it names; its statements still come from here.
        protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => inner.BeginTransaction(isolationLevel);

        protected override async ValueTask<DbTransaction> BeginDbTransactionAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken) =>
            await inner.BeginTransactionAsync(isolationLevel, cancellationToken).ConfigureAwait(false);

        protected override DbCommand CreateDbCommand() => new Command(inner.CreateCommand(), clock);
    }

    private sealed class Command(DbCommand inner, StatementClock clock) : DbCommand
    {
        [AllowNull]
        public override string CommandText { get => inner.CommandText; set => inner.CommandText = value; }

        public override int CommandTimeout { get => inner.CommandTimeout; set => inner.CommandTimeout = value; }

        public override CommandType CommandType { get => inner.CommandType; set => inner.CommandType = value; }

        public override bool DesignTimeVisible { get => inner.DesignTimeVisible; set => inner.DesignTimeVisible = value; }

        public override UpdateRowSource UpdatedRowSource { get => inner.UpdatedRowSource; set => inner.UpdatedRowSource = value; }

        protected override DbConnection? DbConnection { get => inner.Connection; set => inner.Connection = value; }

        protected override DbParameterCollection DbParameterCollection => inner.Parameters;

        protected override DbTransaction? DbTransaction { get => inner.Transaction; set => inner.Transaction = value; }

        public override void Cancel() => inner.Cancel();

        public override void Prepare() => inner.Prepare();

        public override int ExecuteNonQuery() => clock.Time(inner, command => command.ExecuteNonQuery());

        public override object? ExecuteScalar() => clock.Time(inner, command => command.ExecuteScalar());

        public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken) =>
            clock.TimeAsync(inner, command => command.ExecuteNonQueryAsync(cancellationToken));

        public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken) =>
            clock.TimeAsync(inner, command => command.ExecuteScalarAsync(cancellationToken));

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync().ConfigureAwait(false);
            await base.DisposeAsync().ConfigureAwait(false);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }

        protected override DbParameter CreateDbParameter() => inner.CreateParameter();

        protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => clock.Time(inner, command => command.ExecuteReader(behavior));

        protected override Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
            clock.TimeAsync(inner, command => command.ExecuteReaderAsync(behavior, cancellationToken));
    }
}
