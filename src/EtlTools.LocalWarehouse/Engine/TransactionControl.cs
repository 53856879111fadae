using Npgsql;

namespace EtlTools.LocalWarehouse.Engine;

/// <summary>
/// Snowflake's transaction rules on PostgreSQL: a failed statement leaves the transaction open (a savepoint per
/// statement), DDL commits what is open and runs by itself, and without BEGIN every statement commits alone.
/// </summary>
internal sealed class TransactionControl(PostgresLink link, SessionState session)
{
    private enum Unit
    {
        None,
        Savepoint,
        Own,
    }

    private Unit _unit;

    /// <summary>True between BEGIN (or the first change with autocommit off) and its end.</summary>
    internal bool IsOpen { get; private set; }

    internal async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (IsOpen) return;
        await link.RunAsync("BEGIN", cancellationToken).ConfigureAwait(false);
        IsOpen = true;
    }

    internal async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (!IsOpen) return;
        IsOpen = false;
        await link.RunAsync("COMMIT", cancellationToken).ConfigureAwait(false);
    }

    internal async Task RollbackAsync(CancellationToken cancellationToken)
    {
        if (!IsOpen) return;
        IsOpen = false;
        await link.RunAsync("ROLLBACK", cancellationToken).ConfigureAwait(false);
        // The session's time zone does not belong to the transaction; PostgreSQL has just undone it.
        await ApplyTimeZoneAsync(cancellationToken).ConfigureAwait(false);
    }

    internal Task ApplyTimeZoneAsync(CancellationToken cancellationToken) =>
        link.RunAsync("SELECT set_config('TimeZone', $1, false)", cancellationToken, session.Parameters.TimeZone);

    /// <summary>Starts a statement that changes data or reads it.</summary>
    internal async Task StartAsync(bool changesData, CancellationToken cancellationToken)
    {
        if (changesData && !session.Parameters.Autocommit) await BeginAsync(cancellationToken).ConfigureAwait(false);
        if (!IsOpen && !changesData)
        {
            _unit = Unit.None;
            return;
        }

        await link.RunAsync(IsOpen ? "SAVEPOINT sf_statement" : "BEGIN", cancellationToken).ConfigureAwait(false);
        _unit = IsOpen ? Unit.Savepoint : Unit.Own;
    }

    /// <summary>Starts a statement that commits whatever is open first.</summary>
    internal async Task StartDefinitionAsync(CancellationToken cancellationToken)
    {
        await CommitAsync(cancellationToken).ConfigureAwait(false);
        await link.RunAsync("BEGIN", cancellationToken).ConfigureAwait(false);
        _unit = Unit.Own;
    }

    /// <summary>Ends the statement: keeps its effects, or undoes them alone.</summary>
    internal async Task FinishAsync(bool succeeded)
    {
        var unit = _unit;
        _unit = Unit.None;
        if (unit == Unit.None) return;
        if (link.Connection.FullState.HasFlag(System.Data.ConnectionState.Broken) || link.Connection.State != System.Data.ConnectionState.Open)
        {
            IsOpen = false;
            return;
        }

        try
        {
            var sql = (unit, succeeded) switch
            {
                (Unit.Own, true) => "COMMIT",
                (Unit.Own, false) => "ROLLBACK",
                (_, true) => "RELEASE SAVEPOINT sf_statement",
                _ => "ROLLBACK TO SAVEPOINT sf_statement; RELEASE SAVEPOINT sf_statement",
            };
            await link.RunAsync(sql, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (!succeeded && exception is NpgsqlException or InvalidOperationException)
        {
            // The statement's own error is what the caller must see; a connection this broken has no transaction left.
            IsOpen = false;
        }
    }
}
