using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse.Sql.Ast;

internal abstract record Statement;

internal sealed record SelectStatement(Query Query) : Statement;

/// <summary>INSERT; a null cell in a VALUES row stands for DEFAULT.</summary>
internal sealed record InsertStatement(
    ObjectName Table, IReadOnlyList<string> Columns, Query? Query, IReadOnlyList<IReadOnlyList<Expression?>>? Rows, bool Overwrite) : Statement;

internal sealed record Assignment(string Column, Expression? Value);

internal sealed record UpdateStatement(ObjectName Table, string? Alias, IReadOnlyList<Assignment> Set, FromItem? From, Expression? Where) : Statement;

internal sealed record DeleteStatement(ObjectName Table, string? Alias, FromItem? Using, Expression? Where) : Statement;

internal enum MergeAction
{
    Update,
    Delete,
    Insert,
}

internal sealed record MergeClause(
    bool Matched, Expression? Condition, MergeAction Action, IReadOnlyList<Assignment> Set, IReadOnlyList<string> Columns, IReadOnlyList<Expression?> Values);

internal sealed record MergeStatement(ObjectName Table, string? Alias, FromItem Source, Expression On, IReadOnlyList<MergeClause> Clauses) : Statement;

internal enum CreateMode
{
    Plain,
    OrReplace,
    IfNotExists,
}

internal enum TableKind
{
    Permanent,
    Transient,
    Temporary,
}

internal sealed record ColumnDefinition(string Name, SnowType Type, bool NotNull, Expression? Default, string? DefaultText, string? Comment);

internal sealed record CreateTableStatement(
    ObjectName Name, CreateMode Mode, TableKind Kind, IReadOnlyList<ColumnDefinition> Columns, IReadOnlyList<string> PrimaryKey,
    IReadOnlyList<string> ColumnNames, Query? AsQuery, ObjectName? Like, bool CopiesRows = false) : Statement;

internal sealed record CreateViewStatement(ObjectName Name, CreateMode Mode, IReadOnlyList<string> Columns, string QueryText, Query Query) : Statement;

internal sealed record CreateContainerStatement(bool IsDatabase, ObjectName Name, CreateMode Mode) : Statement;

/// <summary>DROP; <paramref name="Kind"/> is TABLE, VIEW, SCHEMA, DATABASE, STAGE or FILE FORMAT.</summary>
internal sealed record DropStatement(string Kind, ObjectName Name, bool IfExists, bool Restrict) : Statement;

internal sealed record TruncateStatement(ObjectName Name, bool IfExists) : Statement;

internal abstract record AlterAction;

internal sealed record AddColumns(IReadOnlyList<ColumnDefinition> Columns, bool IfNotExists) : AlterAction;

internal sealed record DropColumns(IReadOnlyList<string> Columns, bool IfExists) : AlterAction;

internal sealed record RenameColumn(string From, string To) : AlterAction;

internal sealed record RenameTable(ObjectName To) : AlterAction;

internal sealed record SetColumnType(string Column, SnowType Type) : AlterAction;

internal sealed record SetColumnNullability(string Column, bool NotNull) : AlterAction;

internal sealed record DropColumnDefault(string Column) : AlterAction;

internal sealed record AlterTableStatement(ObjectName Name, bool IfExists, AlterAction Action) : Statement;

internal sealed record SessionAssignment(string Name, string Value, bool Quoted);

internal sealed record AlterSessionStatement(IReadOnlyList<SessionAssignment> Set, IReadOnlyList<string> Unset) : Statement;

/// <summary>USE; <paramref name="Kind"/> is DATABASE, SCHEMA, WAREHOUSE or ROLE.</summary>
/// <summary>USE of a name, or of what IDENTIFIER says it is: a text or a bound value.</summary>
internal sealed record UseStatement(string Kind, ObjectName? Name, Expression? Identifier = null) : Statement;

internal enum TransactionAction
{
    Begin,
    Commit,
    Rollback,
}

internal sealed record TransactionStatement(TransactionAction Action) : Statement;

/// <summary>SHOW; <paramref name="Kind"/> is TABLES, VIEWS, COLUMNS, SCHEMAS, DATABASES, PARAMETERS, STAGES or FILE FORMATS.</summary>
internal sealed record ShowStatement(string Kind, string? Like, string? InKind, ObjectName? In) : Statement;

internal sealed record DescribeStatement(string Kind, ObjectName Name) : Statement;
