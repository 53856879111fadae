namespace EtlTools.Core.Config;

/// <summary>
/// One step of a column's transform. Steps see the value as text, the way the source writes it; NULL stays NULL in every
/// step but <see cref="ConstantStep"/> and <see cref="SqlStep"/>. A value that a step cannot take puts its row aside.
/// </summary>
public abstract record TransformStep;

/// <summary><c>rename</c>: the column has another name at the target.</summary>
/// <param name="Name">As the target stores it, or plain; read like the names in <c>columns</c>.</param>
public sealed record RenameStep(string Name) : TransformStep;

/// <summary><c>constant</c>: every row has this value.</summary>
/// <param name="Value">Null for NULL.</param>
public sealed record ConstantStep(string? Value) : TransformStep;

/// <summary><c>cast</c>: the text has to be a value of a type.</summary>
public sealed record CastStep(CastType Type) : TransformStep;

/// <summary><c>trim</c>: white space at both ends is removed.</summary>
public sealed record TrimStep : TransformStep;

/// <summary><c>upper</c>: upper case, independent of the culture.</summary>
public sealed record UpperStep : TransformStep;

/// <summary><c>lower</c>: lower case, independent of the culture.</summary>
public sealed record LowerStep : TransformStep;

/// <summary><c>null_if</c>: exactly these texts become NULL.</summary>
/// <param name="Values">At least one.</param>
public sealed record NullIfStep(IReadOnlyList<string> Values) : TransformStep;

/// <summary><c>map</c>: a text that is exactly a key becomes its value; any other text stays.</summary>
/// <param name="Values">At least one; a null value stands for NULL. Compared ordinally.</param>
public sealed record MapStep(IReadOnlyDictionary<string, string?> Values) : TransformStep;

/// <summary><c>regex_replace</c>: every match is replaced.</summary>
/// <param name="Pattern">A .NET regular expression that <see cref="System.Text.RegularExpressions.RegexOptions.NonBacktracking"/> accepts, so that no value can make it slow.</param>
/// <param name="Replacement">With <c>$1</c> for groups, as in .NET; may be empty.</param>
public sealed record RegexReplaceStep(string Pattern, string Replacement) : TransformStep;

/// <summary><c>mask</c>: each character becomes <c>*</c>.</summary>
/// <param name="KeepLast">How many characters at the end stay readable; a text not longer than that is masked whole.</param>
public sealed record MaskStep(int KeepLast) : TransformStep;

/// <summary><c>hash</c>: SHA-256 of the UTF-8 text, as 64 lower-case hexadecimal digits.</summary>
public sealed record HashStep : TransformStep;

/// <summary><c>sql</c>: an expression over the source row, computed by PostgreSQL.</summary>
/// <param name="Expression">One expression: parentheses and quotes are closed, no comment and no semicolon outside quotes. To be put in parentheses.</param>
public sealed record SqlStep(string Expression) : TransformStep;
