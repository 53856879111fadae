using System.Security.Cryptography;
using System.Text;

namespace EtlTools.Server.SignIn;

/// <summary>
/// Sign-in by browser (<c>externalbrowser</c>): the driver asks for a page and a proof key, a person signs in on the page, the page
/// hands a token to the port on which the driver listens, and the driver logs in with token and proof key. What it logs in with later,
/// without a page, is the ID token of that login.
/// </summary>
internal sealed class BrowserSignIn(TimeProvider time)
{
    /// <summary>The driver waits two minutes for the person.</summary>
    private static readonly TimeSpan PageLifetime = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(2);

    /// <summary>As long as Snowflake's are good by default.</summary>
    private static readonly TimeSpan IdTokenLifetime = TimeSpan.FromHours(4);

    private readonly Vouchers<BrowserPage> _pages = new(time, PageLifetime);
    private readonly Vouchers<SignedIn> _tokens = new(time, TokenLifetime);
    private readonly Vouchers<SignedIn> _idTokens = new(time, IdTokenLifetime);

    /// <summary>A page for a person to sign in on; null when too many wait.</summary>
    internal string? Begin(BrowserPage page) => _pages.Issue(page);

    internal BrowserPage? Page(string id) => _pages.Find(id);

    /// <summary>Ends a page.</summary>
    internal void Close(string id) => _pages.Take(id);

    /// <summary>The token that the page hands to the driver; null when there are too many.</summary>
    internal string? Token(BrowserPage page, ServerUser user) => _tokens.Issue(new SignedIn(page.Account, user, page.ProofKey));

    /// <summary>The user of a token, which is used up by it; null when it is none or the proof key is not the page's.</summary>
    internal ServerUser? User(ServerAccount account, string? token, string? proofKey) =>
        _tokens.Take(token) is { } signedIn && ReferenceEquals(signedIn.Account, account) && proofKey is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signedIn.ProofKey), Encoding.UTF8.GetBytes(proofKey)) ? signedIn.User : null;

    /// <summary>A token for later logins; null when there are too many.</summary>
    internal string? IdToken(ServerAccount account, ServerUser user) => _idTokens.Issue(new SignedIn(account, user, ""));

    /// <summary>The user of an ID token; null when it is none or has expired.</summary>
    internal ServerUser? UserOfIdToken(ServerAccount account, string? token) =>
        _idTokens.Find(token) is { } signedIn && ReferenceEquals(signedIn.Account, account) ? signedIn.User : null;

    private sealed record SignedIn(ServerAccount Account, ServerUser User, string ProofKey);
}

/// <summary>A page that waits for a person.</summary>
/// <param name="account">Where the person signs in.</param>
/// <param name="port">The port of this machine on which the driver waits.</param>
/// <param name="proofKey">What the driver will prove itself with.</param>
internal sealed class BrowserPage(ServerAccount account, int port, string proofKey)
{
    /// <summary>Passwords that may be tried.</summary>
    private const int Tries = 5;

    private int _tries;

    internal ServerAccount Account => account;

    internal int Port => port;

    internal string ProofKey => proofKey;

    /// <summary>Counts a try; false when there were too many.</summary>
    internal bool MayTry() => Interlocked.Increment(ref _tries) <= Tries;
}
