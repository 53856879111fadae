using EtlTools.LocalWarehouse.Sql.Ast;

namespace EtlTools.LocalWarehouse.Sql.Parsing;

/// <summary>A statement with the table names it mentions and the number of question-mark bindings.</summary>
internal sealed record ParsedStatement(Statement Statement, IReadOnlyList<ObjectName> TableNames, int QuestionMarks);
