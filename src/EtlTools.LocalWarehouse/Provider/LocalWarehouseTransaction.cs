using System.Data;
using System.Data.Common;

namespace EtlTools.LocalWarehouse;

/// <summary>An open transaction. DDL inside it commits it, as in Snowflake; disposing rolls back what is still open.</summary>
public sealed class LocalWarehouseTransaction : DbTransaction
{
    private readonly LocalWarehouseConnection _connection;
    private bool _ended;

    internal LocalWarehouseTransaction(LocalWarehouseConnection connection) => _connection = connection;

    /// <inheritdoc />
    public override IsolationLevel IsolationLevel => IsolationLevel.ReadCommitted;

    /// <inheritdoc />
    protected override DbConnection? DbConnection => _ended ? null : _connection;

    /// <inheritdoc />
    public override void Commit() => CommitAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc />
    public override void Rollback() => RollbackAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc />
    public override Task CommitAsync(CancellationToken cancellationToken = default) => EndAsync("COMMIT", cancellationToken);

    /// <inheritdoc />
    public override Task RollbackAsync(CancellationToken cancellationToken = default) => EndAsync("ROLLBACK", cancellationToken);

    private async Task EndAsync(string sql, CancellationToken cancellationToken)
    {
        if (_ended) throw new InvalidOperationException("The transaction has ended.");
        _ended = true;
        var command = new LocalWarehouseCommand(sql, _connection);
        await using (command.ConfigureAwait(false))
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_ended && _connection.State == ConnectionState.Open) Rollback();
        base.Dispose(disposing);
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        if (!_ended && _connection.State == ConnectionState.Open) await RollbackAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
