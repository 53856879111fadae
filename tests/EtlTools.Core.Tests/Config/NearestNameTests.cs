using EtlTools.Core.Config;
using Xunit;

namespace EtlTools.Core.Tests.Config;

public sealed class NearestNameTests
{
    private static readonly string[] s_known = ["ETL_BATCH_SIZE", "ETL_MAX_ERRORS", "pk", "source", "target"];

    [Theory]
    [InlineData("ETL_BATCHSIZE", "ETL_BATCH_SIZE")]
    [InlineData("etl_max_error", "ETL_MAX_ERRORS")]
    [InlineData("soruce", "source")]
    [InlineData("tagret", "target")]
    [InlineData("pks", "pk")]
    public void Finds_what_was_meant(string written, string meant) => Assert.Equal(meant, NearestName.Find(written, s_known));

    [Theory]
    [InlineData("")]
    [InlineData("frobnicate")]
    [InlineData("ETL_LOG")]
    public void Suggests_nothing_far_fetched(string written) => Assert.Null(NearestName.Find(written, s_known));
}
