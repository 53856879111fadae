using EtlTools.Sandbox;
using EtlTools.Sandbox.Endpoint;
using Npgsql;

namespace EtlTools.Server;

/// <summary>The PostgreSQL databases under the accounts: the user's, or those of an own server that ends with this process.</summary>
internal sealed class PostgresBelow : IAsyncDisposable
{
    private readonly SandboxPostgres? _sandbox;

    private PostgresBelow(SandboxPostgres? sandbox, IReadOnlyList<ServerAccount> accounts, string? target)
    {
        _sandbox = sandbox;
        Accounts = accounts;
        Target = target;
    }

    internal IReadOnlyList<ServerAccount> Accounts { get; }

    /// <summary>Connection string of the database to sync to; null when none was asked for.</summary>
    internal string? Target { get; }

    /// <summary>Which server it is, for messages.</summary>
    internal string Description => _sandbox?.Description ?? "a PostgreSQL of the user's";

    internal static async Task<PostgresBelow> StartAsync(EndpointSettings settings, CancellationToken stop)
    {
        var sandbox = settings.Target || settings.Accounts.Any(a => a.Postgres is null)
            ? await SandboxPostgres.StartAsync(new SandboxOptions { DataFolder = settings.Data, AllowDocker = settings.Data is null }, null, stop).ConfigureAwait(false)
            : null;
        try
        {
            var accounts = new List<ServerAccount>();
            foreach (var account in settings.Accounts)
            {
                var postgres = account.Postgres ?? await DatabaseAsync(sandbox!, "account_" + account.Name.ToLowerInvariant(), stop).ConfigureAwait(false);
                accounts.Add(new ServerAccount(account.Name, postgres, [.. account.Users.Select(User)]));
            }

            return new PostgresBelow(sandbox, accounts, settings.Target ? await DatabaseAsync(sandbox!, "target", stop).ConfigureAwait(false) : null);
        }
        catch
        {
            if (sandbox is not null) await sandbox.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public ValueTask DisposeAsync() => _sandbox?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static ServerUser User(EndpointUser user) => new()
    {
        Name = user.Name,
        Password = user.Password,
        OAuthToken = user.OAuthToken,
        AccessToken = user.AccessToken,
        PublicKey = user.PublicKeyFile is null ? null : File.ReadAllText(user.PublicKeyFile),
    };

    /// <summary>A database, which kept data may have already.</summary>
    private static async Task<string> DatabaseAsync(SandboxPostgres sandbox, string name, CancellationToken stop)
    {
        try
        {
            return await sandbox.CreateDatabaseAsync(name, stop).ConfigureAwait(false);
        }
        catch (PostgresException exists) when (exists.SqlState == PostgresErrorCodes.DuplicateDatabase)
        {
            return new NpgsqlConnectionStringBuilder(sandbox.ConnectionString) { Database = name }.ConnectionString;
        }
    }
}
