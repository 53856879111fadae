using EtlTools.Core.Tests.Config;
using Xunit;

namespace EtlTools.Core.Tests.Texts;

/// <summary>Texts that a person has approved, in tests/data. ETL_TEST_APPROVE=1 writes what the code now makes; the difference shows in review.</summary>
internal static class ApprovedText
{
    public static void Check(string file, string actual)
    {
        var path = RepositoryFile.PathOf("tests/data/" + file);
        if (Environment.GetEnvironmentVariable("ETL_TEST_APPROVE") == "1") File.WriteAllText(path, actual);
        Assert.True(File.Exists(path), $"{path} is missing; run with ETL_TEST_APPROVE=1 and review it.");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), actual);
    }
}
