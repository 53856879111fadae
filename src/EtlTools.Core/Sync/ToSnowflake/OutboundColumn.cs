using System.Globalization;
using EtlTools.Core.Config;
using EtlTools.Core.Postgres;
using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>One column's way from PostgreSQL to Snowflake.</summary>
/// <param name="Projection">SQL at the source that gives the text which travels.</param>
/// <param name="Source">The source column; null when the value is computed.</param>
/// <param name="Target">The target column.</param>
/// <param name="Transform">What happens to the text on its way; null when nothing does.</param>
internal sealed record OutboundColumn(string Projection, PostgresColumn? Source, SnowflakeColumn Target, ColumnTransform? Transform)
{
    private const int UnboundedText = 16_777_216;

    /// <summary>The column in SQL, of the target and of the staging table alike.</summary>
    public string Name { get; } = SnowflakeIdentifier.Quote(Target.Name);

    /// <summary>SQL at the source for a column as it is.</summary>
    public static string Project(PostgresColumn column) => SnowflakeTypeMap.Project(column.Type, PostgresIdentifier.Quote(column.Name));

    /// <summary>The staged text as a value of the target's type; NULL when it is none.</summary>
    /// <param name="text">The staged text in SQL.</param>
    public string Convert(string text) => Target.Type.Kind switch
    {
        SnowflakeTypeKind.Number => string.Create(CultureInfo.InvariantCulture, $"TRY_TO_NUMBER({text}, {Target.Type.Precision}, {Target.Type.Scale})"),
        SnowflakeTypeKind.Float => $"TRY_TO_DOUBLE({text})",
        SnowflakeTypeKind.Boolean => $"TRY_TO_BOOLEAN({text})",
        SnowflakeTypeKind.Date => $"TRY_TO_DATE({text})",
        SnowflakeTypeKind.Time => $"TRY_TO_TIME({text})",
        SnowflakeTypeKind.TimestampNtz => $"TRY_TO_TIMESTAMP_NTZ({text})",
        SnowflakeTypeKind.TimestampLtz => $"TRY_TO_TIMESTAMP_LTZ({InUtc(text)})",
        SnowflakeTypeKind.TimestampTz => $"TRY_TO_TIMESTAMP_TZ({InUtc(text)})",
        // PostgreSQL writes \x before the digits.
        SnowflakeTypeKind.Binary => $"TRY_TO_BINARY(SUBSTR({text}, 3), 'HEX')",
        SnowflakeTypeKind.Variant => $"TRY_PARSE_JSON({text})",
        SnowflakeTypeKind.Object => $"TRY_PARSE_JSON({text})::OBJECT",
        SnowflakeTypeKind.Array => $"TRY_PARSE_JSON({text})::ARRAY",
        _ => text,
    };

    /// <summary>
    /// Whether COPY INTO may convert the text: PostgreSQL's type says which texts can come, and of those it keeps each exactly or refuses it.
    /// Times without an offset are in UTC there, as the session is.
    /// </summary>
    public bool MayArriveTyped => Target.Type.Kind switch
    {
        SnowflakeTypeKind.Text => true,
        SnowflakeTypeKind.Number => IsUnchanged && !MayRound,
        SnowflakeTypeKind.Float or SnowflakeTypeKind.Boolean or SnowflakeTypeKind.Date or SnowflakeTypeKind.Time
            or SnowflakeTypeKind.TimestampNtz or SnowflakeTypeKind.TimestampLtz or SnowflakeTypeKind.TimestampTz => IsUnchanged,
        _ => false,
    };

    /// <summary>Whether the value, when it has arrived, can be written as the very text that travelled.</summary>
    public bool KeepsItsText => Target.Type.Kind == SnowflakeTypeKind.Text || (IsUnchanged && Target.Type is { Kind: SnowflakeTypeKind.Number, Scale: 0 } && Source!.Type.Base is "int2" or "int4" or "int8");

    private bool IsUnchanged => Source is not null && Transform is null;

    /// <summary>Whether a text that is no value of the target's type becomes NULL, so that counting tells of it.</summary>
    public bool IsConverted => Target.Type.Kind is not (SnowflakeTypeKind.Text or SnowflakeTypeKind.Object or SnowflakeTypeKind.Array);

    /// <summary>What <see cref="Refuses"/> says beyond texts that become NULL: without another conversion, where <see cref="IsConverted"/>; null for nothing.</summary>
    /// <param name="text">The staged text in SQL.</param>
    public string? RefusesBesides(string text)
    {
        if (!IsConverted) return Refuses(text);
        var isRounded = Target.Type.Kind == SnowflakeTypeKind.Number && MayRound ? IsRounded(text) : null;
        return Target.Nullable ? isRounded : isRounded is null ? $"{text} IS NULL" : $"{text} IS NULL OR {isRounded}";
    }

    /// <summary>A condition that a staged text cannot be kept exactly; null when every text can.</summary>
    /// <param name="text">The staged text in SQL.</param>
    public string? Refuses(string text)
    {
        var condition = Target.Type.Kind switch
        {
            SnowflakeTypeKind.Text => Target.Type.Length is { } n and < UnboundedText && !(Source?.Type.Length <= n)
                ? string.Create(CultureInfo.InvariantCulture, $"({text} IS NOT NULL AND LENGTH({text}) > {n})") : null,
            SnowflakeTypeKind.Object => $"({text} IS NOT NULL AND COALESCE(TYPEOF(TRY_PARSE_JSON({text})), '') <> 'OBJECT')",
            SnowflakeTypeKind.Array => $"({text} IS NOT NULL AND COALESCE(TYPEOF(TRY_PARSE_JSON({text})), '') <> 'ARRAY')",
            SnowflakeTypeKind.Number when MayRound => $"({text} IS NOT NULL AND ({Convert(text)} IS NULL OR {IsRounded(text)}))",
            _ => $"({text} IS NOT NULL AND {Convert(text)} IS NULL)",
        };
        if (Target.Nullable) return condition;
        return condition is null ? $"{text} IS NULL" : $"({text} IS NULL OR {condition})";
    }

    // Snowflake rounds a longer fraction; a source that declares its scale was compared before anything was read.
    private bool MayRound => Source is not { Type: { Base: "int2" or "int4" or "int8" } or { Base: "numeric", Scale: not null } };

    private string IsRounded(string text) => string.Create(CultureInfo.InvariantCulture, $"LENGTH(RTRIM(SPLIT_PART({text}, '.', 2), '0')) > {Target.Type.Scale}");

    private string InUtc(string text) => Source?.Type.Base == "timestamptz" || Transform is null ? $"{text} || ' +00:00'" : text;
}
