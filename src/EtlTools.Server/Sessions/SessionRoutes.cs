using System.Text.Json;
using EtlTools.LocalWarehouse.Engine;
using EtlTools.Server.Http;
using EtlTools.Server.SignIn;

namespace EtlTools.Server.Sessions;

/// <summary>Login, renewal, heartbeat, close.</summary>
internal sealed class SessionRoutes(ServerOptions options, SessionTable sessions, BrowserSignIn browser)
{
    internal void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/session/v1/login-request", LoginAsync);
        routes.MapPost("/session/token-request", RenewAsync);
        routes.MapPost("/session/heartbeat", http => { sessions.Of(http); return Exchange.AnswerAsync(http, WireAnswer.Empty()); });
        routes.MapPost("/session/heartbeat-request", http => { sessions.Of(http); return Exchange.AnswerAsync(http, WireAnswer.Empty()); });
        routes.MapPost("/session", CloseAsync);
        // Accepted, so that drivers do not complain, and dropped unread.
        routes.MapPost("/telemetry/send", http => Exchange.AnswerAsync(http, WireAnswer.Empty()));
    }

    private async Task LoginAsync(HttpContext http)
    {
        using var body = await Exchange.BodyAsync(http).ConfigureAwait(false);
        var data = Exchange.Data(body);
        var account = Credentials.Account(options, data);
        var user = Credentials.Check(account, data, browser, options.Time);
        var idToken = WantsIdToken(data) ? browser.IdToken(account, user) : null;
        var query = http.Request.Query;
        var session = await sessions.OpenAsync(
            new WarehouseOptions(
                account.Postgres, Given("databaseName"), Given("schemaName"), user.Name.ToUpperInvariant(), Given("roleName"), Given("warehouse"),
                Path.GetFullPath(options.Stages ?? WarehouseOptions.DefaultStages())) { Account = account.Name.ToUpperInvariant() },
            http.RequestAborted).ConfigureAwait(false);
        try
        {
            if (data.TryGetProperty("SESSION_PARAMETERS", out var wanted)) SessionParameterList.Apply(wanted, session.Warehouse.State.Parameters);
            await session.Warehouse.Transactions.ApplyTimeZoneAsync(http.RequestAborted).ConfigureAwait(false);
        }
        catch
        {
            await sessions.CloseAsync(session).ConfigureAwait(false);
            throw;
        }

        await Exchange.AnswerAsync(http, WireAnswer.Success(json => WriteLogin(json, session, idToken))).ConfigureAwait(false);

        string? Given(string key) => query[key].ToString() is { Length: > 0 } text ? WarehouseOptions.Name(text) : null;
    }

    /// <summary>Who came by a browser need not come by one next time, if the driver may keep a token.</summary>
    private static bool WantsIdToken(JsonElement data) =>
        string.Equals(Exchange.Text(data, "AUTHENTICATOR"), "externalbrowser", StringComparison.OrdinalIgnoreCase)
        && data.TryGetProperty("SESSION_PARAMETERS", out var parameters) && parameters.ValueKind == JsonValueKind.Object
        && string.Equals(Exchange.Text(parameters, "CLIENT_STORE_TEMPORARY_CREDENTIAL"), "true", StringComparison.OrdinalIgnoreCase);

    private void WriteLogin(Utf8JsonWriter json, WireSession session, string? idToken)
    {
        var state = session.Warehouse.State;
        json.WriteString("token", session.Token);
        json.WriteString("masterToken", session.MasterToken);
        json.WriteNumber("sessionId", session.Id);
        json.WriteNumber("validityInSeconds", WireAnswer.Seconds(options.SessionTokenLifetime));
        json.WriteNumber("masterValidityInSeconds", WireAnswer.Seconds(options.MasterTokenLifetime));
        json.WriteString("serverVersion", LocalWarehouse.Sql.Functions.ContextFunctions.Version);
        json.WriteString("displayUserName", state.User);
        if (idToken is not null) json.WriteString("idToken", idToken);
        json.WriteStartObject("sessionInfo");
        json.WriteString("databaseName", state.Database);
        json.WriteString("schemaName", state.Schema);
        json.WriteString("warehouseName", state.Warehouse);
        json.WriteString("roleName", state.Role);
        json.WriteEndObject();
        SessionParameterList.Write(json, state.Parameters);
    }

    private Task RenewAsync(HttpContext http)
    {
        var session = sessions.Renew(http);
        return Exchange.AnswerAsync(http, WireAnswer.Success(json =>
        {
            json.WriteString("sessionToken", session.Token);
            json.WriteString("masterToken", session.MasterToken);
            json.WriteNumber("validityInSecondsST", WireAnswer.Seconds(options.SessionTokenLifetime));
            json.WriteNumber("validityInSecondsMT", WireAnswer.Seconds(options.MasterTokenLifetime));
            json.WriteNumber("sessionId", session.Id);
        }));
    }

    private async Task CloseAsync(HttpContext http)
    {
        if (http.Request.Query["delete"] != "true") throw new RefusedException(WireError.BadRequest("POST /session is for delete=true only."));
        await sessions.CloseAsync(sessions.Of(http)).ConfigureAwait(false);
        await Exchange.AnswerAsync(http, WireAnswer.Empty()).ConfigureAwait(false);
    }
}
