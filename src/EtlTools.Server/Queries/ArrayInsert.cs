using EtlTools.LocalWarehouse.Engine;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Parsing;
using EtlTools.Server.Http;

namespace EtlTools.Server.Queries;

/// <summary>An INSERT whose bindings are arrays: a row for each element, all or none.</summary>
internal static class ArrayInsert
{
    internal static Task<StatementResult> RunAsync(WarehouseSession session, QueryRequest request, string queryId, CancellationToken cancellationToken)
    {
        if (Parser.Parse(request.Sql).Statement is not InsertStatement insert || insert.Overwrite)
            throw new RefusedException(WireError.Unsupported("array bindings in a statement other than INSERT"));
        if (request.Rows.Count == 0) throw new RefusedException(WireError.BadRequest("array bindings without an element."));
        return session.ExecuteAsync(request.Sql, request.Rows[0], request.Timeout, queryId, cancellationToken, request.Rows);
    }
}
