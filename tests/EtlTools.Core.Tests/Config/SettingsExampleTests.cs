using EtlTools.Core.Config;
using Xunit;

namespace EtlTools.Core.Tests.Config;

public sealed class SettingsExampleTests
{
    [Fact]
    public void The_example_file_is_what_the_catalog_generates()
    {
        var path = RepositoryFile.PathOf("config/.env.example");
        var expected = SettingsExample.Text();
        if (Environment.GetEnvironmentVariable("ETL_TEST_APPROVE") == "1")
            File.WriteAllText(path, expected);
        Assert.Equal(expected, File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Every_default_can_be_read_back_by_the_loader()
    {
        var lines = SettingsExample.Text().Split('\n')
            .Where(l => l.StartsWith('#') && !l.StartsWith("# ", StringComparison.Ordinal) && !l.EndsWith('='))
            .Select(l => l[1..]);
        var file = EnvironmentFile.Parse(string.Join('\n', lines.Where(l => !l.StartsWith("SNOWFLAKE_", StringComparison.Ordinal) && !l.StartsWith("POSTGRES_", StringComparison.Ordinal))), ".env");
        Assert.Equal(new SyncSettings(), SettingsLoader.Load(new Dictionary<string, string>(), file).Settings.Sync);
        Assert.Equal(new ResilienceSettings(), SettingsLoader.Load(new Dictionary<string, string>(), file).Settings.Resilience);
    }

    [Fact]
    public void Names_are_unique_and_described()
    {
        Assert.Equal(SettingsCatalog.All.Count, SettingsCatalog.All.Select(s => s.Name).Distinct().Count());
        Assert.All(SettingsCatalog.All, s => Assert.EndsWith(".", s.Description, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_setting_of_the_catalog_is_in_its_list()
    {
        var fields = typeof(SettingsCatalog).GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)
            .Select(f => f.GetValue(null)).OfType<Setting>().Select(s => s.Name).Order();
        Assert.Equal(fields, SettingsCatalog.All.Select(s => s.Name).Order());
    }
}
