using System.Net;

namespace EtlTools.Server.Tests.Driver;

/// <summary>
/// What the driver takes for the desktop's browser: a program of that name, first in PATH, that notes the address in a file. The test
/// reads it there and does what a person would.
/// </summary>
internal sealed class ScriptedBrowser : IDisposable
{
    private static readonly Lock s_path = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("etl-browser-");
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    public ScriptedBrowser()
    {
        var script = Path.Combine(_folder.FullName, "xdg-open");
        File.WriteAllText(script, $"#!/bin/sh\nprintf '%s\\n' \"$1\" >> '{Addresses}.part' && cp '{Addresses}.part' '{Addresses}'\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        lock (s_path) Environment.SetEnvironmentVariable("PATH", _folder.FullName + ":" + Environment.GetEnvironmentVariable("PATH"));
    }

    /// <summary>How often the driver opened it.</summary>
    public int Opened => File.Exists(Addresses) ? File.ReadAllLines(Addresses).Length : 0;

    private string Addresses => Path.Combine(_folder.FullName, "addresses");

    /// <summary>Waits for the page of the given number and signs in on it.</summary>
    public async Task<(HttpStatusCode Status, string Text)> SignInAsync(int number, string user, string password)
    {
        var page = await AddressAsync(number);
        var shown = await _http.GetStringAsync(page);
        Assert.Contains("<form", shown, StringComparison.Ordinal);
        using var form = new FormUrlEncodedContent([new("user", user), new("password", password)]);
        using var answer = await _http.PostAsync(page, form);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task<Uri> AddressAsync(int number)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Opened < number) await Task.Delay(50, patience.Token);
        return new Uri((await File.ReadAllLinesAsync(Addresses, patience.Token))[number - 1]);
    }

    public void Dispose()
    {
        lock (s_path) Environment.SetEnvironmentVariable("PATH", Environment.GetEnvironmentVariable("PATH")!.Replace(_folder.FullName + ":", "", StringComparison.Ordinal));
        _http.Dispose();
        _folder.Delete(true);
    }
}
