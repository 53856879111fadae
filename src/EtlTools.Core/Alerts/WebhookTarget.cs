using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using EtlTools.Core.Config;

namespace EtlTools.Core.Alerts;

/// <summary>Posts alerts to a web address, in the format its owner understands.</summary>
internal sealed class WebhookTarget : IAlertTarget, IDisposable
{
    private readonly Uri _address;
    private readonly Func<Alert, byte[]> _body;
    private readonly TimeProvider _time;

    // A redirect would hand the alert to somebody the user has not named.
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };

    public WebhookTarget(Uri address, WebhookFormat format, TimeProvider time)
    {
        (_address, _time) = (address, time);
        (Name, _body) = format switch
        {
            WebhookFormat.Slack => ($"webhook (slack) at {address.Host}", SlackBody.Of),
            WebhookFormat.Teams => ($"webhook (teams) at {address.Host}", TeamsBody.Of),
            _ => ($"webhook at {address.Host}", (Func<Alert, byte[]>)AlertJson.Of),
        };
    }

    public string Name { get; }

    public async Task SendAsync(Alert alert, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(_body(alert)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("EtlTools", State.ToolVersion.Current));
        HttpResponseMessage answer;
        try
        {
            answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
        }
        catch (HttpRequestException error)
        {
            throw new AlertDeliveryException($"it cannot be reached ({error.HttpRequestError}).", isTransient: error.HttpRequestError is not HttpRequestError.SecureConnectionError);
        }

        using (answer)
        {
            if (answer.IsSuccessStatusCode) return;
            throw new AlertDeliveryException(
                string.Create(CultureInfo.InvariantCulture, $"it answered {(int)answer.StatusCode} {answer.StatusCode}.{Hint(answer.StatusCode)}"),
                IsTransient(answer.StatusCode), RetryAfter(answer.Headers.RetryAfter));
        }
    }

    public void Dispose() => _client.Dispose();

    private static bool IsTransient(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500 && status != HttpStatusCode.NotImplemented;

    private static string Hint(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => " Does ALERT_WEBHOOK_FORMAT say what it understands?",
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.Gone => " ALERT_WEBHOOK_URL is wrong or was withdrawn.",
        >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest => " Redirects are not followed: set ALERT_WEBHOOK_URL to the final address.",
        _ => "",
    };

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? (header?.Date is { } date ? date - _time.GetUtcNow() : null);
        return wait is { } positive && positive >= TimeSpan.Zero ? positive : null;
    }
}
