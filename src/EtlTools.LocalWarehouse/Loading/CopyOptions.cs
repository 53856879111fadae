using System.Globalization;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Stages;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>What ON_ERROR says about a file with errors.</summary>
/// <param name="Continues">True for CONTINUE: refused rows are left out.</param>
/// <param name="SkipsFile">True for SKIP_FILE and its kin: a file with too many errors is left out whole.</param>
/// <param name="Limit">How many errors are too many; a share of the rows when <paramref name="IsPercent"/>.</param>
/// <param name="IsPercent">True for SKIP_FILE_n%.</param>
internal sealed record ErrorRule(bool Continues, bool SkipsFile, long Limit, bool IsPercent)
{
    internal static ErrorRule Parse(string text)
    {
        if (text == "CONTINUE") return new ErrorRule(true, false, long.MaxValue, false);
        if (text == "ABORT_STATEMENT") return new ErrorRule(false, false, 1, false);
        if (text == "SKIP_FILE") return new ErrorRule(false, true, 1, false);
        const string Prefix = "SKIP_FILE_";
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)) throw WarehouseErrors.InvalidValue(text, "ON_ERROR");
        var percent = text.EndsWith('%');
        var digits = percent ? text[Prefix.Length..^1] : text[Prefix.Length..];
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) || (percent ? limit > 100 : limit == 0)) throw WarehouseErrors.InvalidValue(text, "ON_ERROR");
        return new ErrorRule(false, true, limit, percent);
    }

    /// <summary>The limit Snowflake's result names for a file of that many rows.</summary>
    internal long LimitFor(long rows) => Continues ? rows : IsPercent ? rows * Limit / 100 : Limit;

    /// <summary>True when a file of that many rows and errors is not to be loaded.</summary>
    internal bool Skips(long rows, long errors) => SkipsFile && errors > 0 && (IsPercent ? errors * 100 > rows * Limit : errors >= Limit);
}

/// <summary>The copy options of COPY INTO a table.</summary>
internal sealed record CopyOptions(
    ErrorRule OnError, IReadOnlyList<string>? Files, NamePattern? Pattern, OptionValue? Format, long SizeLimit, bool Purge, bool Force, bool ReturnsFailedOnly,
    StringComparer? MatchByName, LengthRule Length, bool ValidatesOnly)
{
    private const int MostFiles = 1000;

    internal static CopyOptions Parse(IReadOnlyList<StatementOption> options)
    {
        var reader = new OptionReader("COPY INTO", options);
        var files = reader.Texts("FILES");
        if (files?.Count > MostFiles) throw WarehouseErrors.Compilation(1003, "22023", $"FILES of COPY INTO names more than {MostFiles} files.");
        reader.Fixed("LOAD_UNCERTAIN_FILES", "FALSE");
        reader.Fixed("LOAD_MODE", "FULL_INGEST");
        var truncates = reader.Boolean("TRUNCATECOLUMNS");
        var enforces = reader.Boolean("ENFORCE_LENGTH");
        if (truncates is not null && enforces is not null && truncates == enforces) throw WarehouseErrors.Compilation(1003, "22023", "TRUNCATECOLUMNS and ENFORCE_LENGTH contradict each other.");
        var result = new CopyOptions(
            ErrorRule.Parse(reader.Word("ON_ERROR") ?? "ABORT_STATEMENT"), files, NamePattern.Parse(reader.Text("PATTERN")), reader.Value("FILE_FORMAT"),
            reader.Number("SIZE_LIMIT") is { } limit and > 0 ? limit : long.MaxValue,
            reader.Boolean("PURGE") ?? false, reader.Boolean("FORCE") ?? false, reader.Boolean("RETURN_FAILED_ONLY") ?? false,
            reader.Word("MATCH_BY_COLUMN_NAME") switch
            {
                null or "NONE" => null,
                "CASE_SENSITIVE" => StringComparer.Ordinal,
                "CASE_INSENSITIVE" => StringComparer.OrdinalIgnoreCase,
                var other => throw WarehouseErrors.InvalidValue(other, "MATCH_BY_COLUMN_NAME"),
            },
            truncates == true || enforces == false ? LengthRule.Truncate : LengthRule.Refuse,
            reader.Word("VALIDATION_MODE") switch
            {
                null => false,
                "RETURN_ERRORS" or "RETURN_ALL_ERRORS" => true,
                var other => throw WarehouseErrors.Unsupported($"VALIDATION_MODE = {other}"),
            });
        reader.Finish();
        return result;
    }
}
