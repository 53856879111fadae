namespace EtlTools.Core.Snowflake;

/// <summary>The stage at the beginning of a location, and the path behind it.</summary>
/// <param name="Stage">As in SQL, with <c>@</c>.</param>
/// <param name="Path">Without a slash at its ends; empty for the whole stage.</param>
/// <param name="IsNamed">Whether CREATE STAGE made it: not the stage of a user or a table.</param>
internal sealed record SnowflakeStageName(string Stage, string Path, bool IsNamed)
{
    /// <summary>Reads a location that the configuration has checked.</summary>
    public static SnowflakeStageName Of(string location)
    {
        var (isQuoted, isNamed, end) = (false, !location.StartsWith("@~", StringComparison.Ordinal), location.Length);
        for (var i = 0; i < location.Length; i++)
        {
            if (location[i] == '"') isQuoted = !isQuoted;
            else if (!isQuoted && location[i] == '%') isNamed = false;
            else if (!isQuoted && location[i] == '/')
            {
                end = i;
                break;
            }
        }

        return new SnowflakeStageName(location[..end], location[end..].Trim('/'), isNamed);
    }
}
