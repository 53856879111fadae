using System.Text;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Functions;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Reference;

/// <summary>What the warehouse understands, as the tables of docs/local-snowflake.md: made from the parser's statements, the types and the function table.</summary>
internal static class SupportedLanguage
{
    /// <summary>Every kind of statement the parser makes, in the words of the documentation.</summary>
    private static readonly Dictionary<Type, string> Statements = new()
    {
        [typeof(SelectStatement)] = "`SELECT`, `WITH`, `VALUES`: joins, subqueries, set operations, `QUALIFY`, window functions, `ORDER BY`, `LIMIT`",
        [typeof(InsertStatement)] = "`INSERT INTO … VALUES`, `INSERT INTO … SELECT`, `INSERT OVERWRITE`",
        [typeof(UpdateStatement)] = "`UPDATE … SET … FROM … WHERE`",
        [typeof(DeleteStatement)] = "`DELETE FROM … USING … WHERE`",
        [typeof(MergeStatement)] = "`MERGE INTO … WHEN MATCHED … WHEN NOT MATCHED`",
        [typeof(TruncateStatement)] = "`TRUNCATE TABLE`",
        [typeof(CreateTableStatement)] = "`CREATE [TEMPORARY, TRANSIENT] TABLE`, `… AS SELECT`, `… LIKE`, `… CLONE`",
        [typeof(CreateViewStatement)] = "`CREATE VIEW`",
        [typeof(CreateContainerStatement)] = "`CREATE DATABASE`, `CREATE SCHEMA`",
        [typeof(CreateStageStatement)] = "`CREATE [TEMPORARY] STAGE` (internal, or `s3://`)",
        [typeof(CreateFileFormatStatement)] = "`CREATE FILE FORMAT` (CSV, JSON)",
        [typeof(AlterTableStatement)] = "`ALTER TABLE`: add, drop, rename columns; type, nullability, default; rename",
        [typeof(AlterSessionStatement)] = "`ALTER SESSION SET`, `UNSET`",
        [typeof(DropStatement)] = "`DROP TABLE, VIEW, SCHEMA, DATABASE, STAGE, FILE FORMAT`",
        [typeof(UseStatement)] = "`USE DATABASE, SCHEMA, WAREHOUSE, ROLE`, the name also as `IDENTIFIER(…)`",
        [typeof(TransactionStatement)] = "`BEGIN`, `COMMIT`, `ROLLBACK`",
        [typeof(ShowStatement)] = "`SHOW TABLES, VIEWS, COLUMNS, SCHEMAS, DATABASES, PARAMETERS, STAGES, FILE FORMATS`",
        [typeof(DescribeStatement)] = "`DESCRIBE TABLE, VIEW, STAGE, FILE FORMAT`",
        [typeof(PutStatement)] = "`PUT`",
        [typeof(GetStatement)] = "`GET`",
        [typeof(ListFilesStatement)] = "`LIST`",
        [typeof(RemoveFilesStatement)] = "`REMOVE`",
        [typeof(CopyIntoTableStatement)] = "`COPY INTO` a table, with a transforming `SELECT`, `ON_ERROR`, `FORCE`, `PURGE`",
        [typeof(CopyIntoStageStatement)] = "`COPY INTO` a stage (unload)",
    };

    /// <summary>The tables. A statement the parser makes and nobody has described is an error, so that the page cannot fall behind.</summary>
    internal static string Markdown()
    {
        var text = new StringBuilder("### Statements\n\n| statement |\n| --- |\n");
        var all = typeof(Statement).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Statement))).ToHashSet();
        if (!all.SetEquals(Statements.Keys))
            throw new InvalidOperationException("Statements without words, or words without a statement: " + string.Join(", ", all.Except(Statements.Keys).Concat(Statements.Keys.Except(all)).Select(t => t.Name)));
        foreach (var words in Statements.Values) text.Append("| ").Append(words).Append(" |\n");
        text.Append("\n### Types\n\n| type | also written |\n| --- | --- |\n");
        foreach (var group in TypeNames.All.GroupBy(n => TypeNames.Resolve(n, [])!.Name is var name && name == "TEXT" ? "VARCHAR" : name))
            text.Append("| `").Append(group.Key).Append("` | ").AppendJoin(", ", group.Where(n => n != group.Key).Select(n => $"`{n}`")).Append(" |\n");

        text.Append("\n### Functions\n\n| kind | functions |\n| --- | --- |\n");
        foreach (var (kind, names) in FunctionTable.Names)
            text.Append("| ").Append(kind).Append(" | ").AppendJoin(", ", names.Order(StringComparer.Ordinal).Select(n => $"`{n}`")).Append(" |\n");
        return text.ToString();
    }
}
