using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using Npgsql;

namespace EtlTools.Core.Discover;

/// <summary>Reads the tables and views of one schema from PostgreSQL's catalog; reads no row of them.</summary>
internal sealed class DiscoveryCatalog(NpgsqlConnection connection)
{
    private const string TablesSql = """
        SELECT c.relname::text, c.oid, CASE WHEN c.reltuples > 0 THEN c.reltuples::int8 END, has_table_privilege(c.oid, 'SELECT'), c.relkind IN ('v', 'm')
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition
        ORDER BY c.relname
        """;

    private const string SchemasSql = """
        SELECT n.nspname::text FROM pg_namespace n
        WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
          AND EXISTS (SELECT 1 FROM pg_class c WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm'))
        ORDER BY 1
        """;

    private const string UniqueKeysSql = """
        SELECT x.relname::text, i.indisprimary, array_agg(a.attname::text ORDER BY k.ord)
        FROM pg_index i
        JOIN pg_class x ON x.oid = i.indexrelid
        CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, ord)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
        WHERE i.indrelid = $1 AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL AND k.ord <= i.indnkeyatts
        GROUP BY i.indexrelid, x.relname, i.indisprimary
        ORDER BY i.indisprimary DESC, count(*), x.relname
        """;

    private const string LeadingSql = """
        SELECT a.attname::text, x.relname::text
        FROM pg_index i
        JOIN pg_class x ON x.oid = i.indexrelid
        JOIN pg_am m ON m.oid = x.relam AND m.amname = 'btree'
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indrelid = $1 AND i.indisvalid AND i.indpred IS NULL
        ORDER BY x.relname
        """;

    private const string DefaultsSql = """
        SELECT a.attname::text, pg_get_expr(d.adbin, d.adrelid)
        FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
        WHERE d.adrelid = $1 AND a.attgenerated = ''
        """;

    // tgtype: 1 = for each row, 2 = before, 16 = update.
    private const string TriggersSql = """
        SELECT t.tgname::text, p.prosrc
        FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
        WHERE t.tgrelid = $1 AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgtype & 19 = 19
        ORDER BY t.tgname
        """;

    /// <summary>The tables that are meant.</summary>
    /// <exception cref="ConfigurationException">There is no such schema, or no such table in it; the message names what there is.</exception>
    public async Task<IReadOnlyList<TableFacts>> ReadAsync(string schema, IReadOnlyList<string> patterns, CancellationToken cancellationToken)
    {
        var listed = await ListAsync(schema, cancellationToken).ConfigureAwait(false);
        if (listed.Count == 0) throw await EmptyAsync(schema, cancellationToken).ConfigureAwait(false);
        var found = new List<TableFacts>();
        foreach (var table in TableSelection.Select(listed, t => [t.Name, $"{schema}.{t.Name}"], patterns, $"schema {schema}"))
        {
            // Dropped in the meantime: as if it had never been there.
            if (await FactsAsync(schema, table, cancellationToken).ConfigureAwait(false) is { } facts) found.Add(facts);
        }

        return found;
    }

    /// <summary>Names of the schema's tables and views, in order; none when there is no such schema.</summary>
    public async Task<IReadOnlyList<string>> TablesAsync(string schema, CancellationToken cancellationToken) =>
        (await ListAsync(schema, cancellationToken).ConfigureAwait(false)).ConvertAll(table => table.Name);

    /// <summary>Names of the schemas that have tables or views, in order; not those of PostgreSQL itself.</summary>
    public async Task<IReadOnlyList<string>> SchemasAsync(CancellationToken cancellationToken) =>
        await QueryAsync(SchemasSql, null, r => r.GetString(0), cancellationToken).ConfigureAwait(false);

    private Task<List<Listed>> ListAsync(string schema, CancellationToken cancellationToken) => QueryAsync(
        TablesSql, schema, r => new Listed(r.GetString(0), r.GetFieldValue<uint>(1), r.IsDBNull(2) ? null : r.GetInt64(2), r.GetBoolean(3), r.GetBoolean(4)), cancellationToken);

    private async Task<TableFacts?> FactsAsync(string schema, Listed listed, CancellationToken cancellationToken)
    {
        if (await PostgresCatalog.DescribeReadableAsync(connection, new PostgresTableName(schema, listed.Name), cancellationToken).ConfigureAwait(false) is not { } table) return null;
        var keys = await QueryAsync(UniqueKeysSql, listed.Oid, r => new UniqueKey(r.GetString(0), r.GetBoolean(1), r.GetFieldValue<string[]>(2)), cancellationToken).ConfigureAwait(false);
        var leading = await QueryAsync(LeadingSql, listed.Oid, r => (Column: r.GetString(0), Index: r.GetString(1)), cancellationToken).ConfigureAwait(false);
        var defaults = await QueryAsync(DefaultsSql, listed.Oid, r => (Column: r.GetString(0), Text: r.GetString(1)), cancellationToken).ConfigureAwait(false);
        var triggers = await QueryAsync(TriggersSql, listed.Oid, r => (r.GetString(0), r.GetString(1)), cancellationToken).ConfigureAwait(false);
        return new TableFacts(
            table, listed.IsView, listed.EstimatedRows, listed.IsReadable, keys, leading.ToLookup(l => l.Column, l => l.Index, StringComparer.Ordinal),
            defaults.ToDictionary(d => d.Column, d => d.Text, StringComparer.Ordinal), triggers);
    }

    private async Task<ConfigurationException> EmptyAsync(string schema, CancellationToken cancellationToken)
    {
        var schemas = await SchemasAsync(cancellationToken).ConfigureAwait(false);
        var there = schemas.Count == 0 ? "No schema of this database has one." : $"There are tables in {string.Join(", ", schemas)}.";
        return new ConfigurationException(
            $"The schema '{schema}' has no table, or is not there.{NearestName.Hint(schema, schemas)}", $"{there} Give the schema's exact name, upper and lower case included.");
    }

    private async Task<List<T>> QueryAsync<T>(string sql, object? value, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using var disposal = command.ConfigureAwait(false);
        if (value is uint oid) command.Parameters.Add(new NpgsqlParameter { Value = oid, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid });
        else if (value is not null) command.Parameters.Add(new NpgsqlParameter { Value = value });
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var readerDisposal = reader.ConfigureAwait(false);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) rows.Add(read(reader));
        return rows;
    }

    private sealed record Listed(string Name, uint Oid, long? EstimatedRows, bool IsReadable, bool IsView);
}
