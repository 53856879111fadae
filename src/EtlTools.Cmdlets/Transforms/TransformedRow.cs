using System.Collections;
using System.Globalization;
using System.Management.Automation;
using EtlTools.Core.Errors;
using EtlTools.Core.Sync;

namespace EtlTools.Cmdlets.Transforms;

/// <summary>Takes over what a script block returned for a row: an object or a hashtable with some or all of the columns.</summary>
internal static class TransformedRow
{
    /// <summary>Sets the columns; a row that has what the target has no column for is rejected.</summary>
    public static void CopyTo(TransformRow row, PSObject result)
    {
        try
        {
            if (result.BaseObject is IDictionary map)
            {
                foreach (DictionaryEntry entry in map) row.Set(Text(entry.Key) ?? "", Text(entry.Value));
            }
            else if (result.BaseObject is PSCustomObject)
            {
                foreach (var property in result.Properties) row.Set(property.Name, Text(property.Value));
            }
            else
            {
                row.Reject($"The transform returned a {result.BaseObject.GetType().Name} instead of the row.");
            }
        }
        catch (DataException unknown)
        {
            row.Reject($"The transform returned more than the row has: {unknown.Message}");
        }
    }

    /// <summary>A value as text that PostgreSQL reads exactly; text is what it is.</summary>
    private static string? Text(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        null or DBNull => null,
        string text => text,
        bool flag => flag ? "true" : "false",
        DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture) + (time.Kind == DateTimeKind.Utc ? "Z" : ""),
        DateTimeOffset time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        byte[] bytes => Convert.ToHexString(bytes),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        var other => LanguagePrimitives.ConvertTo<string>(other),
    };
}
