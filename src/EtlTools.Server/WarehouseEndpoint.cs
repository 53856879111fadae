using System.Net;
using EtlTools.Server.Faults;
using EtlTools.Server.Http;
using EtlTools.Server.Queries;
using EtlTools.Server.Results;
using EtlTools.Server.Sessions;
using EtlTools.Server.SignIn;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EtlTools.Server;

/// <summary>The local warehouse as Snowflake's drivers see Snowflake, on 127.0.0.1.</summary>
public sealed class WarehouseEndpoint : IAsyncDisposable
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(30);
    private readonly WebApplication _web;
    private readonly SessionTable _sessions;
    private readonly ResultStore _results;
    private readonly ITimer _sweep;

    private WarehouseEndpoint(WebApplication web, ServerOptions options, SessionTable sessions, ResultStore results, ITimer sweep)
    {
        var listens = new UriBuilder(web.Urls.First());
        if (options.Certificate is { } certificate) listens.Host = ServerCertificate.Host(certificate);
        Address = listens.Uri;
        _web = web;
        _sessions = sessions;
        _results = results;
        _sweep = sweep;
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:40123</c>; with a certificate, by a name that is in it.</summary>
    public Uri Address { get; }

    /// <summary>Results that wait in files for their reader.</summary>
    public int StoredResults => _results.Count;

    /// <summary>Starts serving.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<WarehouseEndpoint> StartAsync(ServerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddRequestDecompression();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxRequestBytes;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (options.Certificate is { } certificate) listen.UseHttps(certificate);
            });
        });
        var web = builder.Build();
        var sessions = new SessionTable(options);
        var results = new ResultStore(options.Spool, options.Time);
        var runner = new QueryRunner(results, web.Services.GetRequiredService<ILogger<QueryRunner>>());
        web.UseMiddleware<FailureGate>();
        web.UseRequestDecompression();
        var faults = options.AllowFaults ? new FaultPlan() : null;
        if (faults is not null) web.Use(next => new FaultGate(next, faults, sessions, options.Time).InvokeAsync);
        var browser = new BrowserSignIn(options.Time);
        new SessionRoutes(options, sessions, browser).Map(web);
        new BrowserRoutes(options, browser).Map(web);
        new QueryRoutes(options, sessions, runner).Map(web);
        new ResultRoutes(results).Map(web);
        if (faults is not null) FaultGate.Map(web, faults);
        if (options.Control is { } control) new ControlRoutes(control).Map(web);
        web.MapFallback(http => Exchange.AnswerAsync(http, WireAnswer.Failure(WireError.BadRequest("there is no such address.")), StatusCodes.Status404NotFound));
        try
        {
            await web.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            results.Dispose();
            await web.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        var logger = web.Services.GetRequiredService<ILogger<WarehouseEndpoint>>();
        var sweep = options.Time.CreateTimer(_ => _ = SweepAsync(sessions, results, logger), null, SweepEvery, SweepEvery);
        return new WarehouseEndpoint(web, options, sessions, results, sweep);
    }

    /// <summary>Closes all sessions and removes what waits for readers.</summary>
    public async ValueTask DisposeAsync()
    {
        await _sweep.DisposeAsync().ConfigureAwait(false);
        await _sessions.DisposeAsync().ConfigureAwait(false);
        // Requests end with their sessions; what hangs then is not worth waiting for.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _web.StopAsync(patience.Token).ConfigureAwait(false);
        await _web.DisposeAsync().ConfigureAwait(false);
        _results.Dispose();
    }

    private static async Task SweepAsync(SessionTable sessions, ResultStore results, ILogger logger)
    {
        try
        {
            results.Sweep();
            await sessions.SweepAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The next sweep tries again; nobody else waits for this one.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogSweep(logger, exception);
        }
    }

    private static readonly Action<ILogger, Exception?> LogSweep =
        LoggerMessage.Define(LogLevel.Warning, new EventId(6003), "Removing what is no longer used failed");
}
