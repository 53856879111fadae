namespace EtlTools.Server.Http;

/// <summary>A refusal in Snowflake's terms.</summary>
/// <param name="Code">Six digits: the drivers read it as a number.</param>
/// <param name="SqlState">SQLSTATE.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="QueryId">The statement, when there is one.</param>
internal sealed record WireError(string Code, string SqlState, string Message, string? QueryId = null)
{
    internal static readonly WireError BadCredentials = new("390100", "08001", "Incorrect username or password was specified.");
    internal static readonly WireError NoToken = new("390103", "08001", "Session token not found in the request data.");
    internal static readonly WireError SessionGone = new("390111", "08001", "Session no longer exists.  New login required to access the service.");
    internal static readonly WireError SessionExpired = new("390112", "08001", "Your session has expired. Please login again.");
    internal static readonly WireError MasterExpired = new("390114", "08001", "Authentication token has expired.  The user must authenticate again.");
    internal static readonly WireError BadJwt = new("390144", "08001", "JWT token is invalid.");
    internal static readonly WireError OtherUser = new("390191", "08001", "The user you were trying to authenticate as differs from the user currently logged in at the IDP.");
    internal static readonly WireError BadIdToken = new("390195", "08001", "ID Token is invalid.");
    internal static readonly WireError BadOAuthToken = new("390303", "08001", "Invalid OAuth access token.");
    internal static readonly WireError BadAccessToken = new("394400", "08001", "Programmatic access token is invalid.");

    internal static WireError Unsupported(string feature) => new("000002", "0A000", $"Unsupported feature '{feature}'.");

    internal static WireError BadRequest(string what) => new("000002", "0A000", $"Bad request: {what}");

    internal static WireError ResultNotFound(string queryId) =>
        new("000709", "02000", $"Statement {queryId} not found", queryId);
}

/// <summary>Ends a request with a refusal.</summary>
internal sealed class RefusedException(WireError error) : Exception(error.Message)
{
    internal WireError Error => error;
}
