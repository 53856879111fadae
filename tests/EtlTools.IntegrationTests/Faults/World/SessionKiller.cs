using Npgsql;

namespace EtlTools.IntegrationTests.Faults.World;

/// <summary>Ends sessions of the core with <c>pg_terminate_backend</c>: those begun after it was made, so not the test's own.</summary>
public sealed class SessionKiller : IAsyncDisposable
{
    private readonly NpgsqlConnection _admin;
    private readonly string _source;
    private readonly string _target;
    private readonly DateTime _since;

    private SessionKiller(NpgsqlConnection admin, string source, string target, DateTime since) =>
        (_admin, _source, _target, _since) = (admin, source, target, since);

    /// <summary>How many sessions it has ended.</summary>
    public long Killed { get; private set; }

    public static async Task<SessionKiller> CreateAsync(FaultWorld faults)
    {
        var target = new NpgsqlConnectionStringBuilder(faults.World.TargetDsn);
        var source = new NpgsqlConnectionStringBuilder(faults.SourceDsn);
        // In the database "postgres", which no test works in.
        var admin = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(faults.SourceDsn) { Database = "postgres", Pooling = false }.ConnectionString);
        await admin.OpenAsync();
        await using var clock = new NpgsqlCommand("SELECT clock_timestamp()", admin);
        return new SessionKiller(admin, source.Database!, target.Database!, (DateTime)(await clock.ExecuteScalarAsync())!);
    }

    /// <summary>Ends sessions and waits until they are gone.</summary>
    /// <returns>How many.</returns>
    public long Kill(Sessions which)
    {
        var condition = which switch
        {
            Sessions.Lease => "datname = @target AND application_name LIKE 'etl-tools run %'",
            Sessions.Source => "datname = @source",
            Sessions.Target => "datname = @target",
            Sessions.One => "pid = (SELECT pid FROM pg_stat_activity WHERE datname IN (@source, @target) AND backend_start > @since ORDER BY random() LIMIT 1)",
            _ => "datname IN (@source, @target)",
        };
        lock (_admin)
        {
            using var command = new NpgsqlCommand(
                $"SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE {condition} AND backend_start > @since", _admin);
            command.Parameters.AddWithValue("source", _source);
            command.Parameters.AddWithValue("target", _target);
            command.Parameters.AddWithValue("since", _since);
            var killed = (long)command.ExecuteScalar()!;
            Killed += killed;
            return killed;
        }
    }

    public ValueTask DisposeAsync() => _admin.DisposeAsync();
}

/// <summary>Which of the core's sessions are ended.</summary>
public enum Sessions
{
    /// <summary>The one that holds the lease and writes.</summary>
    Lease,

    /// <summary>Those that read the source.</summary>
    Source,

    /// <summary>All at the target.</summary>
    Target,

    /// <summary>All at both.</summary>
    All,

    /// <summary>Any one of them.</summary>
    One,
}
