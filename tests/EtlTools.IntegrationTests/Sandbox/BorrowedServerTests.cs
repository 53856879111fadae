using EtlTools.Sandbox;
using Npgsql;

namespace EtlTools.IntegrationTests.Sandbox;

public sealed class BorrowedServerTests : IAsyncLifetime
{
    private SandboxPostgres _lender = null!;

    public async Task InitializeAsync() => _lender = await SandboxPostgres.StartAsync(new SandboxOptions());

    public async Task DisposeAsync() => await _lender.DisposeAsync();

    [Fact]
    public async Task Makes_databases_of_its_own_and_drops_exactly_those()
    {
        await Sql.ExecuteAsync(_lender.ConnectionString, "CREATE DATABASE \"etl-sandbox-of-somebody\"");
        await using (var sandbox = await SandboxPostgres.StartAsync(Borrow(_lender.ConnectionString)))
        {
            Assert.StartsWith("etl-sandbox-", (string?)await Sql.ScalarAsync(sandbox.ConnectionString, "SELECT current_database()"), StringComparison.Ordinal);
            var second = await sandbox.CreateDatabaseAsync("target");
            await Sql.ExecuteAsync(second, "CREATE TABLE t AS SELECT 1");
            Assert.Equal(3L, await CountAsync());
        }

        Assert.Equal(1L, await CountAsync());
    }

    [Fact]
    public async Task Accepts_a_uri()
    {
        var parts = new NpgsqlConnectionStringBuilder(_lender.ConnectionString);

        await using var sandbox = await SandboxPostgres.StartAsync(
            Borrow($"postgresql://{parts.Username}:{parts.Password}@127.0.0.1:{parts.Port}/postgres?sslmode=disable"));

        Assert.Equal(1, await Sql.ScalarAsync(sandbox.ConnectionString, "SELECT 1"));
    }

    [Fact]
    public async Task Refuses_a_user_who_may_not_create_databases()
    {
        await Sql.ExecuteAsync(_lender.ConnectionString, "CREATE ROLE reader LOGIN PASSWORD 'p4ss-reader'");
        var dsn = new NpgsqlConnectionStringBuilder(_lender.ConnectionString) { Username = "reader", Password = "p4ss-reader" }.ConnectionString;

        var error = await Assert.ThrowsAsync<SandboxException>(() => SandboxPostgres.StartAsync(Borrow(dsn)));

        Assert.Contains("CREATEDB", error.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("p4ss-reader", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("this is not a dsn, secret=hunter2")]
    [InlineData("postgres://u:hunter2@[broken/x")]
    public async Task A_malformed_dsn_is_named_but_not_repeated(string dsn)
    {
        var error = await Assert.ThrowsAsync<SandboxException>(() => SandboxPostgres.StartAsync(Borrow(dsn)));

        Assert.Contains("ETL_SANDBOX_POSTGRES", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_not_stopped_or_restarted()
    {
        await using var sandbox = await SandboxPostgres.StartAsync(Borrow(_lender.ConnectionString));

        await Assert.ThrowsAsync<SandboxException>(() => sandbox.StopAsync());
        await Assert.ThrowsAsync<SandboxException>(() => sandbox.RestartAsync());
        Assert.Null(sandbox.PidOfPostmaster);
    }

    private static SandboxOptions Borrow(string dsn) => new() { ServerDsn = dsn, SearchFolders = [], AllowDocker = false };

    private async Task<object?> CountAsync() =>
        await Sql.ScalarAsync(_lender.ConnectionString, "SELECT count(*) FROM pg_database WHERE datname LIKE 'etl-sandbox-%'");
}
