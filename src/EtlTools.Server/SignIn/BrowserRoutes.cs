using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using EtlTools.Server.Http;

namespace EtlTools.Server.SignIn;

/// <summary>What the driver asks before it opens a browser, and the page the browser shows.</summary>
internal sealed class BrowserRoutes(ServerOptions options, BrowserSignIn signIn)
{
    internal void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/session/authenticator-request", BeginAsync);
        routes.MapGet("/console/login", ConsoleAsync);
        routes.MapGet("/sso/{id}", http => ShowAsync(http, Id(http), null));
        routes.MapPost("/sso/{id}", SignInAsync);
    }

    private async Task BeginAsync(HttpContext http)
    {
        using var body = await Exchange.BodyAsync(http).ConfigureAwait(false);
        var data = Exchange.Data(body);
        if (!string.Equals(Exchange.Text(data, "AUTHENTICATOR"), "externalbrowser", StringComparison.OrdinalIgnoreCase))
            throw new RefusedException(WireError.Unsupported("authenticator " + Exchange.Text(data, "AUTHENTICATOR")));
        var account = Credentials.Account(options, data);
        var proofKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var id = Page(account, Exchange.Text(data, "BROWSER_MODE_REDIRECT_PORT"), proofKey);
        await Exchange.AnswerAsync(http, WireAnswer.Success(json =>
        {
            json.WriteNull("tokenUrl");
            json.WriteString("ssoUrl", $"{Exchange.BaseUrl(http)}/sso/{id}");
            json.WriteString("proofKey", proofKey);
        })).ConfigureAwait(false);
    }

    /// <summary>The other way in: the driver makes the proof key and opens this address, which names no account, so the user decides.</summary>
    private Task ConsoleAsync(HttpContext http)
    {
        var query = http.Request.Query;
        var account = options.Accounts.FirstOrDefault(a => a.Users.Any(u => string.Equals(u.Name, query["login_name"], StringComparison.OrdinalIgnoreCase))) ?? options.Accounts[0];
        return ShowAsync(http, Page(account, query["browser_mode_redirect_port"], query["proof_key"].ToString()), null);
    }

    private string Page(ServerAccount account, string? port, string proofKey)
    {
        if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65_535)
            throw new RefusedException(WireError.BadRequest("BROWSER_MODE_REDIRECT_PORT is no port."));
        if (proofKey.Length is 0 or > 200) throw new RefusedException(WireError.BadRequest("there is no proof key."));
        return signIn.Begin(new BrowserPage(account, number, proofKey)) ?? throw new RefusedException(WireError.BadRequest("too many sign-ins wait for a browser."));
    }

    private async Task SignInAsync(HttpContext http)
    {
        var id = Id(http);
        if (signIn.Page(id) is not { } page || !http.Request.HasFormContentType || !page.MayTry())
        {
            signIn.Close(id);
            await ShowAsync(http, id, null).ConfigureAwait(false);
            return;
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted).ConfigureAwait(false);
        if (Credentials.ByPassword(page.Account, form["user"].ToString(), form["password"].ToString()) is not { } user)
        {
            await ShowAsync(http, id, "Incorrect username or password was specified.").ConfigureAwait(false);
            return;
        }

        signIn.Close(id);
        var token = signIn.Token(page, user) ?? throw new RefusedException(WireError.BadRequest("too many sign-ins wait for their driver."));
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.Location = string.Create(CultureInfo.InvariantCulture, $"http://localhost:{page.Port}/?token={Uri.EscapeDataString(token)}");
    }

    private async Task ShowAsync(HttpContext http, string id, string? problem)
    {
        var page = signIn.Page(id);
        var content = page is null
            ? "<p>This sign-in has ended. Start it again from your program.</p>"
            : $"""
              <p>Account <b>{WebUtility.HtmlEncode(page.Account.Name)}</b>{(problem is null ? "" : $"<br><b>{WebUtility.HtmlEncode(problem)}</b>")}</p>
              <form method="post" action="/sso/{id}">
              <label>User <input name="user" autofocus autocomplete="username"></label>
              <label>Password <input name="password" type="password" autocomplete="current-password"></label>
              <button>Sign in</button>
              </form>
              """;
        var html = $"<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Local Snowflake</title></head><body><h1>Local Snowflake</h1>\n{content}\n</body></html>";
        http.Response.StatusCode = page is null ? StatusCodes.Status404NotFound : problem is null ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized;
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        // No form-action here: it would also forbid the redirect to the driver's port.
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";
        await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(html), http.RequestAborted).ConfigureAwait(false);
    }

    private static string Id(HttpContext http) => (string)http.Request.RouteValues["id"]!;
}
