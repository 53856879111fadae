namespace EtlTools.LocalWarehouse.Sql.Ast;

internal enum StageKind
{
    Named,
    Table,
    User,
}

/// <summary>A place in a stage. <paramref name="Name"/> is the stage's or the table's, null for the user's; <paramref name="Path"/> is as written, without the first slash.</summary>
internal sealed record StageReference(StageKind Kind, ObjectName? Name, string Path);

internal sealed record CreateStageStatement(ObjectName Name, CreateMode Mode, bool Temporary, IReadOnlyList<StatementOption> Options, string OptionsText) : Statement;

internal sealed record CreateFileFormatStatement(ObjectName Name, CreateMode Mode, bool Temporary, IReadOnlyList<StatementOption> Options, string OptionsText) : Statement;

/// <summary>PUT; <paramref name="Url"/> is <c>file://</c> and a local path, whose last part may hold * and ?.</summary>
internal sealed record PutStatement(string Url, StageReference Stage, IReadOnlyList<StatementOption> Options) : Statement;

/// <summary>GET into the local folder of a <c>file://</c> URL.</summary>
internal sealed record GetStatement(StageReference Stage, string Url, IReadOnlyList<StatementOption> Options) : Statement;

internal sealed record ListFilesStatement(StageReference Stage, IReadOnlyList<StatementOption> Options) : Statement;

internal sealed record RemoveFilesStatement(StageReference Stage, IReadOnlyList<StatementOption> Options) : Statement;

/// <summary>COPY INTO a table; with <paramref name="Query"/> its select list computes the columns from <paramref name="Stage"/>'s fields.</summary>
internal sealed record CopyIntoTableStatement(
    ObjectName Table, IReadOnlyList<string> Columns, StageReference Stage, Query? Query, int Fields, IReadOnlyList<StatementOption> Options) : Statement;

/// <summary>COPY INTO a stage, from a query.</summary>
internal sealed record CopyIntoStageStatement(StageReference Stage, Query Query, IReadOnlyList<StatementOption> Options) : Statement;
