using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace EtlTools.Core.Tests.Alerts;

/// <summary>A web server on this machine that takes alerts, and answers as a test wants it to.</summary>
internal sealed class AlertReceiver : IDisposable
{
    private const string Path = "/services/T000/B000/s3cr3t-path-of-the-hook";
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<Action<HttpListenerResponse>> _answers = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly ManualResetEventSlim _silence = new(initialState: true);

    public AlertReceiver()
    {
        var port = FreePort();
        Address = new Uri($"http://127.0.0.1:{port}{Path}");
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    /// <summary>Where alerts are posted; its path is the secret.</summary>
    public Uri Address { get; }

    /// <summary>What arrived, in order, with its time.</summary>
    public ConcurrentQueue<(DateTimeOffset At, string ContentType, string Body)> Requests { get; } = new();

    /// <summary>The next request is answered so; afterwards all are answered 200.</summary>
    public AlertReceiver Answer(int status, string? retryAfter = null)
    {
        _answers.Enqueue(response =>
        {
            response.StatusCode = status;
            if (retryAfter is not null) response.Headers["Retry-After"] = retryAfter;
        });
        return this;
    }

    /// <summary>Takes requests from now on, and answers none.</summary>
    public AlertReceiver BeSilent()
    {
        _silence.Reset();
        return this;
    }

    /// <summary>The next body, as JSON.</summary>
    public async Task<JsonElement> NextAsync()
    {
        Xunit.Assert.True(await _arrived.WaitAsync(TimeSpan.FromSeconds(60)), "no alert arrived");
        return JsonDocument.Parse(Requests.ElementAt(_taken++).Body).RootElement;
    }

    private int _taken;

    public void Dispose()
    {
        _silence.Set();
        _listener.Close();
    }

    /// <summary>A port at which nobody listens.</summary>
    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                _ = Task.Run(() => ReceiveAsync(context));
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task ReceiveAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream);
        Requests.Enqueue((DateTimeOffset.UtcNow, context.Request.ContentType ?? "", await reader.ReadToEndAsync()));
        _arrived.Release();
        _silence.Wait();
        if (_answers.TryDequeue(out var answer)) answer(context.Response);
        context.Response.Close();
    }
}
