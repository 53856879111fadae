namespace EtlTools.LocalWarehouse.Sql.Ast;

/// <summary>The value of an option <c>NAME = value</c>.</summary>
internal abstract record OptionValue;

/// <summary>A bare word or a name, such as TRUE, NONE or DB.SCHEMA.FORMAT.</summary>
internal sealed record WordValue(ObjectName Name) : OptionValue;

internal sealed record TextValue(string Text) : OptionValue;

internal sealed record NumberValue(string Digits) : OptionValue;

/// <summary>Values in parentheses; there may be none.</summary>
internal sealed record ListValue(IReadOnlyList<OptionValue> Items) : OptionValue;

/// <summary>Options in parentheses, as of FILE_FORMAT.</summary>
internal sealed record NestedOptions(IReadOnlyList<StatementOption> Options) : OptionValue;

/// <summary>One option as written; <paramref name="Name"/> is in upper case.</summary>
internal sealed record StatementOption(string Name, OptionValue Value);
