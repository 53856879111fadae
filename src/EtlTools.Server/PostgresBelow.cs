using EtlTools.Sandbox;

namespace EtlTools.Server;

/// <summary>The PostgreSQL databases under the accounts: the user's, or a throw-away server of this process's own.</summary>
internal sealed class PostgresBelow : IAsyncDisposable
{
    private readonly SandboxPostgres? _sandbox;

    private PostgresBelow(SandboxPostgres? sandbox, IReadOnlyList<ServerAccount> accounts)
    {
        _sandbox = sandbox;
        Accounts = accounts;
    }

    internal IReadOnlyList<ServerAccount> Accounts { get; }

    internal static async Task<PostgresBelow> StartAsync(SettingsFile settings, CancellationToken stop)
    {
        var sandbox = settings.Accounts.Any(a => a.Postgres is null)
            ? await SandboxPostgres.StartAsync(new SandboxOptions(), null, stop).ConfigureAwait(false)
            : null;
        try
        {
            var accounts = new List<ServerAccount>();
            foreach (var account in settings.Accounts)
            {
                var postgres = account.Postgres ?? await sandbox!.CreateDatabaseAsync("account_" + account.Name.ToLowerInvariant(), stop).ConfigureAwait(false);
                accounts.Add(new ServerAccount(account.Name, postgres, [.. account.Users.Select(u => u.ToUser())]));
            }

            return new PostgresBelow(sandbox, accounts);
        }
        catch
        {
            if (sandbox is not null) await sandbox.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public ValueTask DisposeAsync() => _sandbox?.DisposeAsync() ?? ValueTask.CompletedTask;
}
