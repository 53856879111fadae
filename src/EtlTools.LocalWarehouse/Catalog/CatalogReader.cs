using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Parsing;
using EtlTools.LocalWarehouse.Types;
using Npgsql;
using NpgsqlTypes;

namespace EtlTools.LocalWarehouse.Catalog;

/// <summary>Looks up databases, schemas, tables and columns; a session's temporary table hides a permanent one.</summary>
internal sealed class CatalogReader(NpgsqlConnection connection)
{
    private const string RelationSql = """
        SELECT DISTINCT ON (d.name, s.name, r.name) d.name, s.name, r.name, r.id, r.schema_id, r.physical, r.view_text, r.session_pid <> 0, r.transient
        FROM unnest($1, $2, $3) AS wanted(d, s, n)
        JOIN sf_database AS d ON d.name = wanted.d
        JOIN sf_schema AS s ON s.database_id = d.id AND s.name = wanted.s
        JOIN sf_relation AS r ON r.schema_id = s.id AND r.name = wanted.n AND r.session_pid IN (0, pg_backend_pid())
        ORDER BY d.name, s.name, r.name, r.session_pid DESC
        """;

    private const string ColumnSql = """
        SELECT relation_id, name, physical, kind, type_precision, type_scale, type_length, nullable, default_text, is_key, comment
        FROM sf_column WHERE relation_id = ANY ($1) ORDER BY relation_id, ordinal
        """;

    /// <summary>Loads the relations that exist among <paramref name="keys"/>, and those their views read.</summary>
    internal async Task<Dictionary<RelationKey, WarehouseRelation>> LoadAsync(IEnumerable<RelationKey> keys, CancellationToken cancellationToken)
    {
        var found = new Dictionary<RelationKey, WarehouseRelation>();
        var seen = new HashSet<RelationKey>();
        var pending = keys.Where(seen.Add).ToList();
        while (pending.Count > 0)
        {
            var loaded = await LoadOnceAsync(pending, cancellationToken).ConfigureAwait(false);
            pending = [];
            foreach (var relation in loaded)
            {
                if (relation.ViewText is null)
                {
                    found[relation.Key] = relation;
                    continue;
                }

                var parsed = Parser.Parse(relation.ViewText);
                found[relation.Key] = relation with { ViewQuery = ((SelectStatement)parsed.Statement).Query };
                pending.AddRange(parsed.TableNames
                    .Select(n => Engine.SessionState.Resolve(n, relation.Key.Database, relation.Key.Schema, "SELECT")).Where(seen.Add));
            }
        }

        return found;
    }

    private async Task<List<WarehouseRelation>> LoadOnceAsync(List<RelationKey> keys, CancellationToken cancellationToken)
    {
        var relations = new List<WarehouseRelation>();
        var information = keys.Where(k => k.Schema == InformationSchema.Name).ToList();
        foreach (var key in information)
        {
            if (InformationSchema.Find(key) is { } relation && await DatabaseIdAsync(key.Database, cancellationToken).ConfigureAwait(false) is not null)
                relations.Add(relation);
        }

        var stored = keys.Except(information).ToList();
        if (stored.Count == 0) return relations;
        using (var command = new NpgsqlCommand(RelationSql, connection))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = stored.Select(k => k.Database).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
            command.Parameters.Add(new NpgsqlParameter { Value = stored.Select(k => k.Schema).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
            command.Parameters.Add(new NpgsqlParameter { Value = stored.Select(k => k.Name).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
            using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                relations.Add(new WarehouseRelation(
                    reader.GetInt64(3), reader.GetInt64(4), new RelationKey(reader.GetString(0), reader.GetString(1), reader.GetString(2)),
                    reader.IsDBNull(5) ? null : reader.GetString(5), reader.IsDBNull(6) ? null : reader.GetString(6), reader.GetBoolean(7), reader.GetBoolean(8), []));
            }
        }

        var columns = await ColumnsAsync([.. relations.Select(r => r.Id)], cancellationToken).ConfigureAwait(false);
        return relations.ConvertAll(r => r.Id == 0 ? r : r with { Columns = columns.GetValueOrDefault(r.Id, []) });
    }

    private async Task<Dictionary<long, List<WarehouseColumn>>> ColumnsAsync(long[] relations, CancellationToken cancellationToken)
    {
        var columns = new Dictionary<long, List<WarehouseColumn>>();
        if (relations.Length == 0) return columns;
        using var command = new NpgsqlCommand(ColumnSql, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = relations });
        using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!columns.TryGetValue(reader.GetInt64(0), out var list)) columns[reader.GetInt64(0)] = list = [];
            var type = new SnowType(Enum.Parse<TypeKind>(reader.GetString(3)), reader.GetInt32(4), reader.GetInt32(5), reader.GetInt32(6));
            list.Add(new WarehouseColumn(
                reader.GetString(1), reader.GetString(2), type, reader.GetBoolean(7), reader.IsDBNull(8) ? null : reader.GetString(8),
                reader.GetBoolean(9), reader.IsDBNull(10) ? null : reader.GetString(10)));
        }

        return columns;
    }

    internal async Task<long?> DatabaseIdAsync(string database, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand("SELECT id FROM sf_database WHERE name = $1", connection) { Parameters = { new() { Value = database } } };
        return (long?)await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    internal async Task<long?> SchemaIdAsync(string database, string schema, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(
            "SELECT s.id FROM sf_schema AS s JOIN sf_database AS d ON d.id = s.database_id WHERE d.name = $1 AND s.name = $2", connection)
        {
            Parameters = { new() { Value = database }, new() { Value = schema } },
        };
        return (long?)await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }
}
