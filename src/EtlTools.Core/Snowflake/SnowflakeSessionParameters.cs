using System.Globalization;
using EtlTools.Core.Config;

namespace EtlTools.Core.Snowflake;

/// <summary>The statement every session begins with: what an account or user may have set otherwise must not change what is read or written.</summary>
internal static class SnowflakeSessionParameters
{
    // Snowflake's limit for QUERY_TAG.
    private const int LongestTag = 2000;

    /// <summary>One ALTER SESSION; a pooled session keeps the settings of its last user, so it is sent on every open.</summary>
    public static string SetUp(string queryTag, SnowflakeSettings settings)
    {
        var tag = queryTag.Length > LongestTag ? queryTag[..LongestTag] : queryTag;
        var timeout = ((long)Math.Ceiling(settings.CommandTimeout.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        (string Name, string Value)[] parameters =
        [
            ("TIMEZONE", "'UTC'"),
            ("DATE_INPUT_FORMAT", "'AUTO'"),
            ("TIME_INPUT_FORMAT", "'AUTO'"),
            ("TIMESTAMP_INPUT_FORMAT", "'AUTO'"),
            ("DATE_OUTPUT_FORMAT", SnowflakeLiteral.Text(SnowflakeText.DateFormat)),
            ("TIME_OUTPUT_FORMAT", SnowflakeLiteral.Text(SnowflakeText.TimeFormat)),
            ("TIMESTAMP_OUTPUT_FORMAT", SnowflakeLiteral.Text(SnowflakeText.OffsetTimestampFormat)),
            ("TIMESTAMP_NTZ_OUTPUT_FORMAT", SnowflakeLiteral.Text(SnowflakeText.TimestampFormat)),
            ("TIMESTAMP_LTZ_OUTPUT_FORMAT", SnowflakeLiteral.Text(SnowflakeText.OffsetTimestampFormat)),
            ("TIMESTAMP_TZ_OUTPUT_FORMAT", SnowflakeLiteral.Text(SnowflakeText.OffsetTimestampFormat)),
            ("BINARY_OUTPUT_FORMAT", "'HEX'"),
            ("STATEMENT_TIMEOUT_IN_SECONDS", timeout),
            ("QUERY_TAG", SnowflakeLiteral.Text(tag)),
        ];
        return "ALTER SESSION SET " + string.Join(", ", parameters.Select(p => $"{p.Name} = {p.Value}"));
    }
}
