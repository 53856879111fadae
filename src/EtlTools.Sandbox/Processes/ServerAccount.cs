using System.Globalization;

namespace EtlTools.Sandbox.Processes;

/// <summary>
/// The account a server runs as: PostgreSQL refuses to run as root, so a sandbox started by root runs as <c>postgres</c>, or
/// <c>nobody</c> where that does not exist.
/// </summary>
internal sealed class ServerAccount
{
    private static readonly string[] SwitchPrograms = ["setpriv", "runuser", "su"];
    private static readonly string[] UserNames = ["postgres", "nobody"];

    private readonly string? _switch;
    private readonly string _name;
    private readonly string _uid;
    private readonly string _gid;

    private ServerAccount(string? switchProgram, string name, string uid, string gid) =>
        (_switch, _name, _uid, _gid) = (switchProgram, name, uid, gid);

    /// <summary>Whether it is another account than the one of this process.</summary>
    public bool IsOther => _switch is not null;

    /// <exception cref="SandboxException">This is root, and there is no way to another account.</exception>
    public static ServerAccount Choose()
    {
        if (OperatingSystem.IsWindows() || Environment.UserName != "root")
            return new ServerAccount(null, "", "", "");

        var program = SwitchPrograms.Select(SearchPath.Find).FirstOrDefault(found => found is not null)
            ?? throw new SandboxException(
                "PostgreSQL does not run as root, and none of setpriv, runuser and su is on PATH.",
                "Run as another user, or set ETL_SANDBOX_POSTGRES to the connection string of a running server.");
        foreach (var name in UserNames)
        {
            if (FindUser(name) is { } user)
                return new ServerAccount(program, name, user[2], user[3]);
        }

        throw new SandboxException(
            "PostgreSQL does not run as root, and neither user postgres nor nobody is in /etc/passwd.",
            "Run as another user, or set ETL_SANDBOX_POSTGRES to the connection string of a running server.");
    }

    /// <summary>The same command, run as this account.</summary>
    public Command Wrap(Command command) => _switch is null ? command : command with
    {
        Program = _switch,
        Arguments = Path.GetFileName(_switch) switch
        {
            "setpriv" => ["--reuid", _uid, "--regid", _gid, "--clear-groups", "--", command.Program, .. command.Arguments],
            "runuser" => ["-u", _name, "--", command.Program, .. command.Arguments],
            _ => ["-s", "/bin/sh", _name, "-c", command.ToString()],
        },
    };

    /// <summary>Gives the account a folder and what is in it.</summary>
    public async Task TakeOverAsync(string folder, CancellationToken cancellationToken)
    {
        if (!IsOther)
            return;

        var owner = string.Create(CultureInfo.InvariantCulture, $"{_uid}:{_gid}");
        var result = await new Command("chown", ["-R", owner, folder]).RunAsync(cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded)
            throw new SandboxException($"Folder {folder} could not be given to user {_name}: {result.Output}", "Choose another TMPDIR.");
    }

    private static string[]? FindUser(string name) => File.ReadLines("/etc/passwd")
        .Select(line => line.Split(':'))
        .FirstOrDefault(fields => fields.Length >= 4 && fields[0] == name);
}
