using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Catalog;

/// <summary>INFORMATION_SCHEMA of a database: views over the catalog under Snowflake's column names.</summary>
internal static class InformationSchema
{
    internal const string Name = "INFORMATION_SCHEMA";

    /// <summary>Snowflake's type name of a catalog column <c>c</c>.</summary>
    internal const string DataType =
        "CASE c.kind WHEN 'TimestampNtz' THEN 'TIMESTAMP_NTZ' WHEN 'TimestampLtz' THEN 'TIMESTAMP_LTZ' WHEN 'TimestampTz' THEN 'TIMESTAMP_TZ' ELSE upper(c.kind) END";

    private const string Relations =
        "FROM sf_relation AS r JOIN sf_schema AS s ON s.id = r.schema_id JOIN sf_database AS d ON d.id = s.database_id AND d.name = ";

    private const string Visible = "r.session_pid IN (0, pg_backend_pid())";

    private static readonly SnowType Count = SnowType.Number(9, 0);

    private static readonly (string Name, SnowType Type, string Sql)[] Tables =
    [
        ("TABLE_CATALOG", SnowType.Text, "d.name"),
        ("TABLE_SCHEMA", SnowType.Text, "s.name"),
        ("TABLE_NAME", SnowType.Text, "r.name"),
        ("TABLE_OWNER", SnowType.Text, "'LOCAL'"),
        ("TABLE_TYPE", SnowType.Text, "CASE WHEN r.kind = 'VIEW' THEN 'VIEW' WHEN r.session_pid <> 0 THEN 'LOCAL TEMPORARY' ELSE 'BASE TABLE' END"),
        ("IS_TRANSIENT", SnowType.Text, "CASE WHEN r.kind = 'VIEW' THEN NULL WHEN r.transient THEN 'YES' ELSE 'NO' END"),
        ("ROW_COUNT", SnowType.Integer, "NULL::numeric"),
        ("BYTES", SnowType.Integer, "NULL::numeric"),
        ("CREATED", SnowType.TimestampLtz, "r.created_on"),
        ("LAST_ALTERED", SnowType.TimestampLtz, "r.created_on"),
    ];

    private static readonly (string Name, SnowType Type, string Sql)[] Columns =
    [
        ("TABLE_CATALOG", SnowType.Text, "d.name"),
        ("TABLE_SCHEMA", SnowType.Text, "s.name"),
        ("TABLE_NAME", SnowType.Text, "r.name"),
        ("COLUMN_NAME", SnowType.Text, "c.name"),
        ("ORDINAL_POSITION", Count, "row_number() OVER (PARTITION BY r.id ORDER BY c.ordinal)"),
        ("COLUMN_DEFAULT", SnowType.Text, "c.default_text"),
        ("IS_NULLABLE", SnowType.Text, "CASE WHEN c.nullable THEN 'YES' ELSE 'NO' END"),
        ("DATA_TYPE", SnowType.Text, DataType),
        ("CHARACTER_MAXIMUM_LENGTH", Count, "CASE WHEN c.kind IN ('Text', 'Binary') THEN c.type_length END"),
        ("CHARACTER_OCTET_LENGTH", Count, "CASE c.kind WHEN 'Text' THEN least(c.type_length::bigint * 4, 16777216) WHEN 'Binary' THEN c.type_length END"),
        ("NUMERIC_PRECISION", Count, "CASE WHEN c.kind = 'Number' THEN c.type_precision END"),
        ("NUMERIC_PRECISION_RADIX", Count, "CASE WHEN c.kind = 'Number' THEN 10 END"),
        ("NUMERIC_SCALE", Count, "CASE WHEN c.kind = 'Number' THEN c.type_scale END"),
        ("DATETIME_PRECISION", Count, "CASE WHEN c.kind LIKE 'Time%' THEN c.type_scale WHEN c.kind = 'Date' THEN 0 END"),
        ("IS_IDENTITY", SnowType.Text, "'NO'"),
        ("COMMENT", SnowType.Text, "c.comment"),
    ];

    private static readonly (string Name, SnowType Type, string Sql)[] Schemata =
    [
        ("CATALOG_NAME", SnowType.Text, "d.name"),
        ("SCHEMA_NAME", SnowType.Text, "s.name"),
        ("SCHEMA_OWNER", SnowType.Text, "'LOCAL'"),
        ("IS_TRANSIENT", SnowType.Text, "'NO'"),
        ("CREATED", SnowType.TimestampLtz, "s.created_on"),
    ];

    private static readonly (string Name, SnowType Type, string Sql)[] Views =
    [
        ("TABLE_CATALOG", SnowType.Text, "d.name"),
        ("TABLE_SCHEMA", SnowType.Text, "s.name"),
        ("TABLE_NAME", SnowType.Text, "r.name"),
        ("VIEW_DEFINITION", SnowType.Text, "r.view_text"),
        ("CREATED", SnowType.TimestampLtz, "r.created_on"),
    ];

    private static readonly (string Name, SnowType Type, string Sql)[] Databases =
    [
        ("DATABASE_NAME", SnowType.Text, "d.name"),
        ("DATABASE_OWNER", SnowType.Text, "'LOCAL'"),
        ("CREATED", SnowType.TimestampLtz, "d.created_on"),
    ];

    private static readonly (string Name, SnowType Type, string Sql)[] LoadHistory =
    [
        ("SCHEMA_NAME", SnowType.Text, "s.name"),
        ("FILE_NAME", SnowType.Text, "l.file"),
        ("TABLE_NAME", SnowType.Text, "r.name"),
        ("LAST_LOAD_TIME", SnowType.TimestampLtz, "l.loaded_at"),
        ("STATUS", SnowType.Text, "CASE l.status WHEN 'LOADED' THEN 'Loaded' WHEN 'LOAD_FAILED' THEN 'Load failed' ELSE 'Partially loaded' END"),
        ("ROW_COUNT", Count, "l.rows_loaded"),
        ("ROW_PARSED", Count, "l.rows_parsed"),
        ("FIRST_ERROR_MESSAGE", SnowType.Text, "l.first_error"),
        ("FIRST_ERROR_LINE_NUMBER", Count, "l.first_error_line"),
        ("FIRST_ERROR_CHARACTER_POSITION", Count, "l.first_error_character"),
        ("FIRST_ERROR_COL_NAME", SnowType.Text, "l.first_error_column"),
        ("ERROR_COUNT", Count, "l.errors"),
        ("ERROR_LIMIT", Count, "l.error_limit"),
    ];

    internal static WarehouseRelation? Find(RelationKey key)
    {
        var relations = Relations + SqlText.Quote(key.Database);
        return key.Name switch
        {
            "TABLES" => View(key, Tables, $"{relations} WHERE {Visible}"),
            "COLUMNS" => View(key, Columns, $"{relations} JOIN sf_column AS c ON c.relation_id = r.id WHERE {Visible}"),
            "LOAD_HISTORY" => View(key, LoadHistory, $"{relations} JOIN sf_load AS l ON l.relation_id = r.id WHERE {Visible} AND l.loaded_at > now() - interval '64 days'"),
            "VIEWS" => View(key, Views, $"{relations} WHERE r.kind = 'VIEW'"),
            "DATABASES" => View(key, Databases, "FROM sf_database AS d"),
            "SCHEMATA" => View(key, Schemata,
                "FROM sf_database AS d CROSS JOIN LATERAL (SELECT name, created_on FROM sf_schema WHERE database_id = d.id"
                + $" UNION ALL SELECT 'INFORMATION_SCHEMA', d.created_on) AS s WHERE d.name = {SqlText.Quote(key.Database)}"),
            _ => null,
        };
    }

    private static WarehouseRelation View(RelationKey key, (string Name, SnowType Type, string Sql)[] columns, string from)
    {
        var items = columns.Select((c, i) => $"({c.Sql})::{c.Type.PhysicalBase}{(c.Type.Kind == TypeKind.Text ? " COLLATE \"C\"" : "")} AS c{SqlText.Number(i)}");
        return new WarehouseRelation(0, 0, key, $"(SELECT {string.Join(", ", items)} {from})", null, false, false,
            [.. columns.Select((c, i) => new WarehouseColumn(c.Name, "c" + SqlText.Number(i), c.Type, true))]);
    }
}
