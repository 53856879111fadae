using Npgsql;

namespace EtlTools.Core.Postgres;

/// <summary>Reads table descriptions from PostgreSQL's catalog.</summary>
public static class PostgresCatalog
{
    private const string ColumnsSql = """
        WITH RECURSIVE base AS (
            SELECT a.attnum, a.attname, a.atttypid AS typid, a.atttypmod AS typmod, a.attnotnull AS notnull,
                   (a.atthasdef OR a.attidentity <> '') AND a.attgenerated = '' AS hasdefault, a.attgenerated <> '' AS generated,
                   format_type(a.atttypid, a.atttypmod) AS declared
            FROM pg_attribute a
            WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
            UNION ALL
            SELECT b.attnum, b.attname, t.typbasetype, t.typtypmod, b.notnull OR t.typnotnull, b.hasdefault, b.generated, b.declared
            FROM base b JOIN pg_type t ON t.oid = b.typid
            WHERE t.typtype = 'd'
        )
        SELECT b.attname::text, t.typname::text, b.typmod, b.notnull, b.hasdefault, b.generated, b.declared, t.typcategory::text
        FROM base b JOIN pg_type t ON t.oid = b.typid
        WHERE t.typtype <> 'd'
        ORDER BY b.attnum
        """;

    private const string UniqueKeysSql = """
        SELECT array_agg(a.attname::text ORDER BY k.ord)
        FROM pg_index i
        CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, ord)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
        WHERE i.indrelid = $1 AND i.indisunique AND i.indimmediate AND i.indisvalid
          AND i.indpred IS NULL AND i.indexprs IS NULL AND k.ord <= i.indnkeyatts
        GROUP BY i.indexrelid, i.indisprimary
        ORDER BY i.indisprimary DESC, i.indexrelid
        """;

    private const string DeferrableKeysSql = """
        SELECT c.conname::text, (SELECT array_agg(a.attname::text ORDER BY k.ord) FROM unnest(c.conkey) WITH ORDINALITY AS k(attnum, ord)
                JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum)
        FROM pg_constraint c
        WHERE c.conrelid = $1 AND c.contype IN ('p', 'u') AND c.condeferrable
        ORDER BY c.conname
        """;

    private const string ForeignKeysSql = """
        SELECT c.conname::text, pn.nspname::text, p.relname::text,
               (SELECT array_agg(a.attname::text ORDER BY k.ord) FROM unnest(c.conkey) WITH ORDINALITY AS k(attnum, ord)
                JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum),
               (SELECT array_agg(a.attname::text ORDER BY k.ord) FROM unnest(c.confkey) WITH ORDINALITY AS k(attnum, ord)
                JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.attnum)
        FROM pg_constraint c
        JOIN pg_class p ON p.oid = c.confrelid
        JOIN pg_namespace pn ON pn.oid = p.relnamespace
        WHERE c.conrelid = $1 AND c.contype = 'f' AND c.conparentid = 0
        ORDER BY c.conname
        """;

    private const string WritingSql = """
        SELECT EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = c.oid AND NOT tgisinternal AND tgenabled <> 'D' AND (tgtype & 1) = 1),
               c.relkind = 'p', c.relhasrules OR c.relrowsecurity
        FROM pg_class c WHERE c.oid = $1
        """;

    /// <summary>Describes a table.</summary>
    /// <returns>Null when there is no table (ordinary or partitioned) of that name.</returns>
    public static Task<PostgresTable?> DescribeAsync(NpgsqlConnection connection, PostgresTableName name, CancellationToken cancellationToken) =>
        DescribeAsync(connection, name, "'r', 'p'", cancellationToken);

    /// <summary>Describes what can be read: a table, a view, a materialized view or a foreign table. A view has no keys.</summary>
    /// <returns>Null when there is none of that name.</returns>
    public static Task<PostgresTable?> DescribeReadableAsync(NpgsqlConnection connection, PostgresTableName name, CancellationToken cancellationToken) =>
        DescribeAsync(connection, name, "'r', 'p', 'v', 'm', 'f'", cancellationToken);

    private static async Task<PostgresTable?> DescribeAsync(
        NpgsqlConnection connection, PostgresTableName name, string kinds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(name);
        if (await FindOidAsync(connection, name, kinds, cancellationToken).ConfigureAwait(false) is not { } oid) return null;

        var columns = await ReadAsync(connection, ColumnsSql, oid, ReadColumn, cancellationToken).ConfigureAwait(false);
        var keys = await ReadAsync(
            connection, UniqueKeysSql, oid, r => (IReadOnlyList<string>)r.GetFieldValue<string[]>(0), cancellationToken).ConfigureAwait(false);
        var deferrable = await ReadAsync(
            connection, DeferrableKeysSql, oid, r => (r.GetString(0), (IReadOnlyList<string>)r.GetFieldValue<string[]>(1)), cancellationToken).ConfigureAwait(false);
        var foreignKeys = await ReadAsync(connection, ForeignKeysSql, oid, ReadForeignKey, cancellationToken).ConfigureAwait(false);
        var (hasRowTriggers, isPartitioned, hasRules) = (await ReadAsync(
            connection, WritingSql, oid, r => (r.GetBoolean(0), r.GetBoolean(1), r.GetBoolean(2)), cancellationToken).ConfigureAwait(false))[0];
        return new PostgresTable(name, columns, keys, deferrable, foreignKeys, hasRowTriggers)
        {
            IsPartitioned = isPartitioned, StoresWhatIsCopied = !isPartitioned && !hasRowTriggers && !hasRules,
        };
    }

    private static async Task<uint?> FindOidAsync(NpgsqlConnection connection, PostgresTableName name, string kinds, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ({kinds})
            """, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = name.Schema });
        command.Parameters.Add(new NpgsqlParameter { Value = name.Table });
        return (uint?)await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<List<T>> ReadAsync<T>(
        NpgsqlConnection connection, string sql, uint oid, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = oid, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) rows.Add(read(reader));
        return rows;
    }

    private static PostgresColumn ReadColumn(NpgsqlDataReader reader)
    {
        var type = reader.GetString(1);
        var typmod = reader.GetInt32(2);
        var (length, precision, scale) = type switch
        {
            "varchar" or "bpchar" when typmod >= 4 => ((int?)(typmod - 4), (int?)null, (int?)null),
            "numeric" when typmod >= 4 => (null, ((typmod - 4) >> 16) & 0xFFFF, SignExtend((typmod - 4) & 0x7FF)),
            "timestamp" or "timestamptz" or "time" or "timetz" => (null, null, typmod >= 0 ? typmod : 6),
            _ => (null, null, null),
        };
        return new PostgresColumn(
            reader.GetString(0),
            new PostgresType(type, reader.GetString(6), length, precision, scale, reader.GetString(7)[0]),
            NotNull: reader.GetBoolean(3), HasDefault: reader.GetBoolean(4), IsGenerated: reader.GetBoolean(5));
    }

    // The scale of numeric(p,s) is 11 bits in two's complement since PostgreSQL 15.
    private static int SignExtend(int scale) => (scale ^ 1024) - 1024;

    private static PostgresForeignKey ReadForeignKey(NpgsqlDataReader reader) => new(
        reader.GetString(0),
        reader.GetFieldValue<string[]>(3),
        new PostgresTableName(reader.GetString(1), reader.GetString(2)),
        reader.GetFieldValue<string[]>(4));
}
