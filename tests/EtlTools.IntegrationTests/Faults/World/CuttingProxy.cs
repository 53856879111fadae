using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace EtlTools.IntegrationTests.Faults.World;

/// <summary>Stands between the core and PostgreSQL and cuts a connection exactly at a COMMIT, or lets nothing through for a while.</summary>
public sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly List<TcpClient> _sockets = [];
    private readonly List<Task> _tasks = [];
    private readonly Lock _lock = new();
    private readonly int _serverPort;
    private TaskCompletionSource _open = NewOpen();
    private int _commits;

    public CuttingProxy(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        _tasks.Add(AcceptAsync());
    }

    /// <summary>The COMMIT, counted from 1 over all connections, at which it cuts; 0 for none.</summary>
    public int CutAt { get; set; }

    /// <summary>How it cuts.</summary>
    public Cut How { get; set; }

    /// <summary>COMMITs seen since <see cref="CutAt"/> was last set to something new with <see cref="Arm"/>.</summary>
    public int Commits => _commits;

    /// <summary>The same connection string through the proxy.</summary>
    public string Through(string dsn) =>
        new NpgsqlConnectionStringBuilder(dsn) { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.ConnectionString;

    public void Arm(int cutAt, Cut how)
    {
        (CutAt, How) = (cutAt, how);
        Interlocked.Exchange(ref _commits, 0);
    }

    /// <summary>Lets nothing through in either direction, without closing anything.</summary>
    public void Stall() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets everything through again, what has waited first.</summary>
    public void Flow() => _open.TrySetResult();

    /// <summary>Closes all connections.</summary>
    public void CutAll()
    {
        lock (_lock)
        {
            foreach (var socket in _sockets) socket.Close();
            _sockets.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        Flow();
        CutAll();
        Task[] tasks;
        lock (_lock) tasks = [.. _tasks];
        await Task.WhenAll(tasks);
        _end.Dispose();
    }

    private static TaskCompletionSource NewOpen()
    {
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        open.SetResult();
        return open;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                var server = new TcpClient { NoDelay = true };
                client.NoDelay = true;
                await server.ConnectAsync(IPAddress.Loopback, _serverPort, _end.Token);
                var wire = new Wire(client, server);
                lock (_lock)
                {
                    _sockets.AddRange([client, server]);
                    _tasks.Add(ForwardAsync(wire, toServer: true));
                    _tasks.Add(ForwardAsync(wire, toServer: false));
                }
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ForwardAsync(Wire wire, bool toServer)
    {
        var (from, to) = toServer ? (wire.Client, wire.Server) : (wire.Server, wire.Client);
        var buffer = new byte[65536];
        try
        {
            while (true)
            {
                var count = await from.GetStream().ReadAsync(buffer, _end.Token);
                await _open.Task;
                if (count == 0) break;
                if (toServer && buffer.AsSpan(0, count).IndexOf("COMMIT\0"u8) >= 0 && Interlocked.Increment(ref _commits) == CutAt)
                {
                    if (How == Cut.LeaveServerWaiting)
                    {
                        // The server's session lives on, in the middle of its transaction, as after a lost network.
                        wire.Client.Close();
                        return;
                    }

                    if (How == Cut.BeforeItTookEffect) break;
                    wire.DropAnswer = true;
                }

                if (!toServer && wire.DropAnswer) break;
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _end.Token);
            }
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            if (How == Cut.LeaveServerWaiting && !toServer && _end.IsCancellationRequested is false) return;
        }

        wire.Client.Close();
        wire.Server.Close();
    }

    private sealed class Wire(TcpClient client, TcpClient server)
    {
        public TcpClient Client => client;

        public TcpClient Server => server;

        public volatile bool DropAnswer;
    }
}

/// <summary>What happens to a connection at a COMMIT.</summary>
public enum Cut
{
    /// <summary>The COMMIT does not arrive; the server sees the connection end and rolls back.</summary>
    BeforeItTookEffect,

    /// <summary>The COMMIT is carried out, its answer does not arrive.</summary>
    AfterItTookEffect,

    /// <summary>The COMMIT does not arrive, and the server does not notice: its session keeps lock and transaction.</summary>
    LeaveServerWaiting,
}
