using EtlTools.Core.Postgres;
using EtlTools.Core.Rows;
using EtlTools.Core.Snowflake;
using EtlTools.Core.Sync.Drift;
using EtlTools.Core.Tests.Texts;
using Xunit;

namespace EtlTools.Core.Tests.Sync;

/// <summary>Every source type against every kind of target, in one approved table.</summary>
public sealed class TypeFitTests
{
    private static readonly SnowflakeType[] s_sources =
    [
        Number(38, 0), Number(38, 37), Number(18, 0), Number(19, 0), Number(9, 0), Number(10, 0), Number(4, 0), Number(5, 0), Number(10, 2),
        Of("FLOAT"), Text(16_777_216), Text(10), Of("BOOLEAN"), Of("DATE"), Of("TIME"), Of("TIMESTAMP_NTZ"), Of("TIMESTAMP_LTZ"), Of("TIMESTAMP_TZ"), Of("BINARY"),
        Of("VARIANT"), Of("OBJECT"), Of("ARRAY"), Of("GEOGRAPHY"),
    ];

    private static readonly PostgresType[] s_targets =
    [
        Type("int2", "smallint"), Type("int4", "integer"), Type("int8", "bigint"), Type("numeric", "numeric"), Type("numeric", "numeric(10,2)", precision: 10, scale: 2),
        Type("numeric", "numeric(38,0)", precision: 38, scale: 0), Type("float4", "real"), Type("float8", "double precision"), Type("money", "money"), Type("bool", "boolean"),
        Type("text", "text"), Type("varchar", "varchar"), Type("varchar", "varchar(10)", length: 10), Type("varchar", "varchar(5)", length: 5), Type("bpchar", "char(10)", length: 10),
        Type("date", "date"), Type("time", "time", scale: 6), Type("timestamp", "timestamp", scale: 6), Type("timestamp", "timestamp(3)", scale: 3), Type("timestamptz", "timestamptz", scale: 6),
        Type("timetz", "timetz", scale: 6), Type("bytea", "bytea"), Type("json", "json"), Type("jsonb", "jsonb"), Type("uuid", "uuid"), Type("mood", "mood", category: 'E'), Type("_int4", "integer[]", category: 'A'),
    ];

    [Fact]
    public void The_table_of_what_fits_is_as_approved() => ApprovedText.Check("type-fit.txt", string.Concat(
        from source in s_sources
        from target in s_targets
        let fit = TypeFit.Of(source, target)
        select $"{source} → {target.Declared}: {fit.Verdict}"
            + (fit.Verdict == FitVerdict.Fits ? (fit.Rule == ColumnRule.PassThrough ? "" : $", {fit.Rule.Kind} {fit.Rule.Limit}") : $" ({fit.Reason}; needs {fit.Needed})") + "\n"));

    [Fact]
    public void What_fits_needs_no_reason_and_what_does_not_has_one() => Assert.All(
        from source in s_sources from target in s_targets select TypeFit.Of(source, target),
        fit => Assert.Equal(fit.Verdict == FitVerdict.Fits, fit.Reason.Length == 0));

    [Fact]
    public void Every_type_that_is_carried_fits_text()
    {
        var text = Type("text", "text");
        foreach (var source in s_sources)
            Assert.Equal(source.Kind == SnowflakeTypeKind.Unsupported ? FitVerdict.Incompatible : FitVerdict.Fits, TypeFit.Of(source, text).Verdict);
    }

    private static SnowflakeType Number(int precision, int scale) => SnowflakeType.FromCatalog("NUMBER", null, precision, scale, null);

    private static SnowflakeType Text(long length) => SnowflakeType.FromCatalog("TEXT", length, null, null, null);

    private static SnowflakeType Of(string name) => SnowflakeType.FromCatalog(name, null, null, null, null);

    private static PostgresType Type(string name, string declared, int? length = null, int? precision = null, int? scale = null, char category = 'X') =>
        new(name, declared, length, precision, scale, category);
}
