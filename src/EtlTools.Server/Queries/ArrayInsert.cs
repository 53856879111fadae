using EtlTools.LocalWarehouse.Engine;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Parsing;
using EtlTools.Server.Http;

namespace EtlTools.Server.Queries;

/// <summary>An INSERT whose bindings are arrays: a row for each element, all or none.</summary>
internal static class ArrayInsert
{
    internal static async Task<StatementResult> RunAsync(WarehouseSession session, QueryRequest request, string queryId, CancellationToken cancellationToken)
    {
        if (Parser.Parse(request.Sql).Statement is not InsertStatement insert || insert.Overwrite)
            throw new RefusedException(WireError.Unsupported("array bindings in a statement other than INSERT"));
        if (request.Rows.Count == 0) throw new RefusedException(WireError.BadRequest("array bindings without an element."));
        var transactions = session.Transactions;
        // In an open transaction the rows are undone alone; otherwise they are a transaction of their own.
        var own = !transactions.IsOpen;
        if (own) await transactions.BeginAsync(cancellationToken).ConfigureAwait(false);
        else await session.Link.RunAsync("SAVEPOINT sf_rows", cancellationToken).ConfigureAwait(false);
        try
        {
            StatementResult? last = null;
            foreach (var row in request.Rows)
                last = await session.ExecuteAsync(request.Sql, row, request.Timeout, queryId, cancellationToken).ConfigureAwait(false);
            if (!own) await session.Link.RunAsync("RELEASE SAVEPOINT sf_rows", CancellationToken.None).ConfigureAwait(false);
            else if (session.State.Parameters.Autocommit) await transactions.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            var count = request.Rows.Count.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return last! with { Rows = new TextRows(last.Columns, [[count]]), AffectedRows = request.Rows.Count };
        }
        catch
        {
            if (own) await transactions.RollbackAsync(CancellationToken.None).ConfigureAwait(false);
            else await session.Link.RunAsync("ROLLBACK TO SAVEPOINT sf_rows; RELEASE SAVEPOINT sf_rows", CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }
}
