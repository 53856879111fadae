namespace EtlTools.LocalWarehouse.Engine;

/// <summary>IANA zone names; PostgreSQL would also take abbreviations and POSIX rules, which Snowflake refuses.</summary>
internal static class TimeZones
{
    internal static bool IsName(string name) =>
        name is "UTC" or "GMT" or "Etc/UTC" || (name.Contains('/', StringComparison.Ordinal) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId);
}
