using static EtlTools.Core.Config.SettingsCatalog;

namespace EtlTools.Core.Config;

/// <summary>Reads the settings of external stages' buckets.</summary>
internal static class S3SettingsReader
{
    public static S3Settings Read(SettingsReader reader)
    {
        var settings = new S3Settings
        {
            Endpoint = reader.TryGet(S3Endpoint, out var endpoint) ? endpoint : null,
            Region = reader.Get(S3Region),
            AccessKeyId = reader.Get(S3AccessKeyId),
            SecretAccessKey = reader.Get(S3SecretAccessKey),
            SessionToken = reader.Get(S3SessionToken),
        };
        // A secret that the vault did not give is reported already.
        if (reader.Find(S3AccessKeyId.Name) is null != reader.Find(S3SecretAccessKey.Name) is null)
            reader.Problems.Add("ETL_S3_ACCESS_KEY_ID and ETL_S3_SECRET_ACCESS_KEY belong together; only one of them is set.");
        if (settings.SessionToken is not null && settings.AccessKeyId is null) reader.Problems.Add("ETL_S3_SESSION_TOKEN is set without ETL_S3_ACCESS_KEY_ID.");
        return settings;
    }
}
