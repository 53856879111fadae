using System.Text;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Formats;
using EtlTools.LocalWarehouse.Sql.Parsing;
using EtlTools.LocalWarehouse.Stages;

namespace EtlTools.LocalWarehouse.Files;

internal enum FileType
{
    Csv,
    Json,
    Parquet,
}

/// <summary>A file format with Snowflake's defaults. Options the warehouse does not follow are refused by name.</summary>
internal sealed record FileFormat(FileType Type)
{
    /// <summary>AUTO, GZIP, NONE, or SNAPPY for Parquet.</summary>
    internal string Compression { get; private init; } = "AUTO";

    internal byte[] RecordDelimiter { get; private init; } = "\n"u8.ToArray();

    /// <summary>Empty for NONE: a record is one field.</summary>
    internal byte[] FieldDelimiter { get; private init; } = ","u8.ToArray();

    internal int SkipHeader { get; private init; }

    internal bool ParseHeader { get; private init; }

    internal bool SkipBlankLines { get; private init; }

    internal byte? Enclosure { get; private init; }

    internal byte? Escape { get; private init; }

    internal byte? EscapeUnenclosed { get; private init; } = (byte)'\\';

    internal IReadOnlyList<byte[]> NullIf { get; private init; } = ["\\N"u8.ToArray()];

    internal bool EmptyFieldAsNull { get; private init; } = true;

    internal bool TrimSpace { get; private init; }

    internal bool ErrorOnColumnCountMismatch { get; private init; } = true;

    /// <summary>Null for AUTO.</summary>
    internal TimeFormat? Date { get; private init; }

    internal TimeFormat? Time { get; private init; }

    internal TimeFormat? Timestamp { get; private init; }

    /// <summary>HEX, BASE64 or UTF-8.</summary>
    internal string Binary { get; private init; } = "HEX";

    internal bool SkipByteOrderMark { get; private init; } = true;

    internal bool StripOuterArray { get; private init; }

    internal string? Extension { get; private init; }

    /// <summary>For Parquet: bytes without a logical type are UTF-8 text.</summary>
    internal bool BinaryAsText { get; private init; } = true;

    /// <summary>For Parquet: times and timestamps are read as such.</summary>
    internal bool UsesLogicalTypes { get; private init; }

    /// <summary>True when the options named NULL_IF: unloading has another default than loading has for JSON.</summary>
    private IReadOnlyDictionary<string, string> Written { get; init; } = new Dictionary<string, string>();

    /// <summary>The options as DESC prints them: name, type, value, default.</summary>
    internal IEnumerable<string?[]> Describe() =>
        Written.Where(w => w.Key != "TYPE").Select(w => (string?[])[w.Key, "String", w.Value, ""]).Prepend(["TYPE", "String", Type.ToString().ToUpperInvariant(), "CSV"]);

    /// <summary>The format of a stage's own options, CSV with defaults when it has none.</summary>
    internal static async Task<FileFormat> OfStageAsync(Stage stage, StageCatalog catalog, CancellationToken cancellationToken)
    {
        var own = Parser.ParseOptions(stage.OptionsText).Find(o => o.Name == "FILE_FORMAT");
        return own is null ? new FileFormat(FileType.Csv) : await ResolveAsync(own.Value, catalog, stage.Database, stage.Schema, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The value of FILE_FORMAT: a name, <c>(FORMAT_NAME = name)</c> or options in parentheses.</summary>
    internal static async Task<FileFormat> ResolveAsync(OptionValue value, StageCatalog catalog, string? database, string? schema, CancellationToken cancellationToken)
    {
        if (value is ListValue { Items.Count: 0 }) return new FileFormat(FileType.Csv);
        if (value is NestedOptions nested)
        {
            var name = nested.Options.FirstOrDefault(o => o.Name == "FORMAT_NAME");
            if (name is null) return Parse(nested.Options);
            if (nested.Options.Count > 1) throw WarehouseErrors.Unsupported($"FORMAT_NAME together with {nested.Options.First(o => o != name).Name}");
            value = name.Value;
        }

        var format = value switch
        {
            TextValue text => Parser.ParseObjectName(text.Text),
            WordValue word => word.Name,
            _ => throw WarehouseErrors.Compilation(1008, "22023", "invalid value for parameter 'FILE_FORMAT'"),
        };
        var options = await catalog.FormatAsync(format, database, schema, cancellationToken).ConfigureAwait(false);
        return Parse(Parser.ParseOptions(options).Where(o => o.Name != "COMMENT"));
    }

    internal static FileFormat Parse(IEnumerable<StatementOption> given)
    {
        var options = given.ToList();
        var reader = new OptionReader("FILE_FORMAT", options);
        var type = reader.Word("TYPE") ?? "CSV";
        var format = type switch
        {
            "CSV" => Csv(reader),
            "JSON" => Json(reader),
            "PARQUET" => Parquet(reader),
            _ => throw WarehouseErrors.Unsupported($"file format TYPE = {type}"),
        };
        reader.Finish();
        return format with { Written = options.ToDictionary(o => o.Name, o => FormatText.Print(o.Value), StringComparer.Ordinal) };
    }

    private static FileFormat Csv(OptionReader reader)
    {
        var format = new FileFormat(FileType.Csv) { Compression = Compressed(reader, "GZIP", "NONE") };
        if (FormatText.Delimiter(reader, "RECORD_DELIMITER") is { } record)
            format = format with { RecordDelimiter = record.Length > 0 ? record : throw WarehouseErrors.Unsupported("RECORD_DELIMITER = NONE") };
        if (FormatText.Delimiter(reader, "FIELD_DELIMITER") is { } field) format = format with { FieldDelimiter = field };
        if (reader.Has("FIELD_OPTIONALLY_ENCLOSED_BY")) format = format with { Enclosure = FormatText.Character(reader, "FIELD_OPTIONALLY_ENCLOSED_BY") };
        if (reader.Has("ESCAPE_UNENCLOSED_FIELD")) format = format with { EscapeUnenclosed = FormatText.Character(reader, "ESCAPE_UNENCLOSED_FIELD") };
        if (reader.Has("ESCAPE"))
        {
            format = format with { Escape = FormatText.Character(reader, "ESCAPE") };
            // ESCAPE holds for unenclosed fields too.
            if (format.Escape is not null) format = format with { EscapeUnenclosed = format.Escape };
        }

        reader.Fixed("REPLACE_INVALID_CHARACTERS", "FALSE");
        reader.Fixed("VALIDATE_UTF8", "TRUE");
        reader.Fixed("MULTI_LINE", "TRUE");
        if (reader.Word("ENCODING") is not (null or "UTF8" or "UTF-8")) throw WarehouseErrors.Unsupported("ENCODING other than UTF8");
        var skip = reader.Number("SKIP_HEADER") ?? 0;
        return (format with
        {
            SkipHeader = skip <= int.MaxValue ? (int)skip : throw WarehouseErrors.InvalidValue("SKIP_HEADER", "SKIP_HEADER"),
            ParseHeader = reader.Boolean("PARSE_HEADER") ?? false,
            SkipBlankLines = reader.Boolean("SKIP_BLANK_LINES") ?? false,
            NullIf = Nulls(reader) ?? format.NullIf,
            EmptyFieldAsNull = reader.Boolean("EMPTY_FIELD_AS_NULL") ?? true,
            TrimSpace = reader.Boolean("TRIM_SPACE") ?? false,
            ErrorOnColumnCountMismatch = reader.Boolean("ERROR_ON_COLUMN_COUNT_MISMATCH") ?? true,
            Date = FormatText.Time(reader, "DATE_FORMAT"),
            Time = FormatText.Time(reader, "TIME_FORMAT"),
            Timestamp = FormatText.Time(reader, "TIMESTAMP_FORMAT"),
            Binary = FormatText.Binary(reader),
            SkipByteOrderMark = reader.Boolean("SKIP_BYTE_ORDER_MARK") ?? true,
            Extension = reader.Text("FILE_EXTENSION"),
        }).Checked();
    }

    private FileFormat Checked()
    {
        if (SkipHeader > 0 && ParseHeader) throw WarehouseErrors.Compilation(2086, "22023", "Invalid file format \"PARSE_HEADER\" is only allowed when SKIP_HEADER is 0.");
        if (FieldDelimiter.Length > 0 && (FieldDelimiter.AsSpan().IndexOf(RecordDelimiter) >= 0 || RecordDelimiter.AsSpan().IndexOf(FieldDelimiter) >= 0))
            throw WarehouseErrors.Compilation(2086, "22023", "FIELD_DELIMITER and RECORD_DELIMITER must not contain one another.");
        return this;
    }

    private static FileFormat Json(OptionReader reader)
    {
        reader.Fixed("ALLOW_DUPLICATE", "FALSE");
        reader.Fixed("STRIP_NULL_VALUES", "FALSE");
        reader.Fixed("ENABLE_OCTAL", "FALSE");
        reader.Fixed("REPLACE_INVALID_CHARACTERS", "FALSE");
        reader.Fixed("IGNORE_UTF8_ERRORS", "FALSE");
        reader.Fixed("TRIM_SPACE", "FALSE");
        reader.Fixed("MULTI_LINE", "TRUE");
        return new FileFormat(FileType.Json)
        {
            Compression = Compressed(reader, "GZIP", "NONE"),
            StripOuterArray = reader.Boolean("STRIP_OUTER_ARRAY") ?? false,
            SkipByteOrderMark = reader.Boolean("SKIP_BYTE_ORDER_MARK") ?? true,
            Date = FormatText.Time(reader, "DATE_FORMAT"),
            Time = FormatText.Time(reader, "TIME_FORMAT"),
            Timestamp = FormatText.Time(reader, "TIMESTAMP_FORMAT"),
            Binary = FormatText.Binary(reader),
            NullIf = Nulls(reader) ?? [],
            Extension = reader.Text("FILE_EXTENSION"),
            EmptyFieldAsNull = false,
        };
    }

    private static FileFormat Parquet(OptionReader reader)
    {
        reader.Fixed("TRIM_SPACE", "FALSE");
        // Another way of reading, not of meaning.
        _ = reader.Boolean("USE_VECTORIZED_SCANNER");
        reader.Fixed("REPLACE_INVALID_CHARACTERS", "FALSE");
        return new FileFormat(FileType.Parquet)
        {
            BinaryAsText = reader.Boolean("BINARY_AS_TEXT") ?? true,
            UsesLogicalTypes = reader.Boolean("USE_LOGICAL_TYPE") ?? false,
            Compression = Compressed(reader, "SNAPPY", "NONE"),
            NullIf = Nulls(reader) ?? [],
            EmptyFieldAsNull = false,
        };
    }

    private static string Compressed(OptionReader reader, params string[] known)
    {
        var compression = reader.Word("COMPRESSION") ?? "AUTO";
        return compression == "AUTO" || known.Contains(compression, StringComparer.Ordinal) ? compression : throw WarehouseErrors.Unsupported($"COMPRESSION = {compression}");
    }

    private static List<byte[]>? Nulls(OptionReader reader) => reader.Texts("NULL_IF")?.Select(Encoding.UTF8.GetBytes).ToList();
}
