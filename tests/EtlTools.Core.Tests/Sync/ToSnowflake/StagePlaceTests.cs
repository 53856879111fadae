using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.S3;
using EtlTools.Core.Snowflake;
using EtlTools.Core.Telemetry;
using Xunit;

namespace EtlTools.Core.Tests.Sync.ToSnowflake;

public sealed class StagePlaceTests
{
    [Theory]
    [InlineData("@~/etl_tools/a/1", "@~", "etl_tools/a/1", false)]
    [InlineData("@%ORDERS/etl_tools", "@%ORDERS", "etl_tools", false)]
    [InlineData("@RAW.%\"a/b\"/x", "@RAW.%\"a/b\"", "x", false)]
    [InlineData("@DB.RAW.LANDING/orders//etl", "@DB.RAW.LANDING", "orders//etl", true)]
    [InlineData("@\"50%/year\"/p", "@\"50%/year\"", "p", true)]
    [InlineData("@landing", "@landing", "", true)]
    public void A_location_is_a_stage_and_a_path(string location, string stage, string path, bool isNamed) =>
        Assert.Equal(new SnowflakeStageName(stage, path, isNamed), SnowflakeStageName.Of(location));

    [Theory]
    [InlineData("s3://bucket", "bucket", "orders/1/")]
    [InlineData("s3://bucket/", "bucket", "orders/1/")]
    [InlineData("s3compat://my-bucket/in here/", "my-bucket", "in here/orders/1/")]
    public void A_bucket_and_a_prefix_come_from_the_stages_URL(string url, string bucket, string prefix) =>
        Assert.Equal(new S3Place(bucket, prefix), S3Place.Parse(url, "@s").Below("orders/1"));

    [Theory]
    [InlineData("azure://account.blob.core.windows.net/c/")]
    [InlineData("s3://bucket/path")]
    public void Where_files_cannot_be_brought_is_said(string url) =>
        Assert.Contains(url, Assert.Throws<ConfigurationException>(() => S3Place.Parse(url, "@s")).Message, StringComparison.Ordinal);

    [Fact]
    public void Settings_of_the_bucket_are_read_and_secrets_masked()
    {
        var settings = SettingsLoader.Load(new Dictionary<string, string>
        {
            ["ETL_S3_ENDPOINT"] = "https://minio.example.com:9000", ["ETL_S3_REGION"] = "eu-central-1", ["ETL_S3_ACCESS_KEY_ID"] = "AKID", ["ETL_S3_SECRET_ACCESS_KEY"] = "hush-hush", ["ETL_S3_SESSION_TOKEN"] = "for-an-hour",
        }, file: null);
        Assert.Equal(
            new S3Settings { Endpoint = new Uri("https://minio.example.com:9000"), Region = "eu-central-1", AccessKeyId = "AKID", SecretAccessKey = "hush-hush", SessionToken = "for-an-hour" }, settings.Settings.S3);
        Assert.Equal(["***", "***"], settings.Values.Where(value => value.Setting.Name is "ETL_S3_SECRET_ACCESS_KEY" or "ETL_S3_SESSION_TOKEN").Select(value => value.Text));
        Assert.Equal("a *** and ***", SecretScrubber.For(settings.Settings).Scrub("a hush-hush and for-an-hour"));
    }

    [Theory]
    [InlineData("ETL_S3_ENDPOINT", "minio:9000", "ETL_S3_ENDPOINT")]
    [InlineData("ETL_S3_ENDPOINT", "https://user:password@minio/", "ETL_S3_ENDPOINT")]
    [InlineData("ETL_S3_ACCESS_KEY_ID", "AKID", "belong together")]
    [InlineData("ETL_S3_SECRET_ACCESS_KEY", "hush-hush", "belong together")]
    [InlineData("ETL_S3_SESSION_TOKEN", "for-an-hour", "without ETL_S3_ACCESS_KEY_ID")]
    public void Half_of_a_setting_is_a_problem(string name, string value, string problem) => Assert.Contains(
        problem, Assert.Throws<ConfigurationException>(() => SettingsLoader.Load(new Dictionary<string, string> { [name] = value }, file: null)).Message, StringComparison.Ordinal);
}
