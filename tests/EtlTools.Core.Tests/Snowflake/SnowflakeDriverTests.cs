using System.Net;
using System.Net.Sockets;
using System.Runtime.Loader;
using System.Text.Json;
using System.Web;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;
using EtlTools.Core.Snowflake;
using EtlTools.Core.Tests.Config;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EtlTools.Core.Tests.Snowflake;

public sealed class SnowflakeDriverTests
{
    [Fact]
    public void A_missing_driver_says_how_to_get_it()
    {
        using var folder = new TemporaryFolder();
        var thrown = Assert.Throws<ConfigurationException>(() => SnowflakeDriver.Load(folder.Path));
        Assert.Equal($"The Snowflake driver is not in '{folder.Path}' (Snowflake.Data.dll is missing); version {SnowflakeDriver.MinimumVersion} or later is needed.", thrown.Message);
        Assert.Equal("Install it with 'etl driver install' (in a checkout also './build.ps1 -Task Driver'), or set ETL_SNOWFLAKE_DRIVER to the folder that has it. Without Snowflake: SNOWFLAKE_ACCOUNT=local.", thrown.Remedy);
    }

    [Fact]
    public void A_file_that_is_no_assembly_is_a_configuration_error()
    {
        using var folder = new TemporaryFolder();
        folder.Write("Snowflake.Data.dll", "not an assembly");
        var thrown = Assert.Throws<ConfigurationException>(() => SnowflakeDriver.Load(folder.Path));
        Assert.StartsWith($"The Snowflake driver in '{folder.Path}' cannot be loaded:", thrown.Message, StringComparison.Ordinal);
    }

    [DriverFact]
    public void The_genuine_driver_loads_apart_from_everything_else()
    {
        var driver = SnowflakeDriver.Load(DriverFactAttribute.Folder);
        Assert.True(driver.Version >= SnowflakeDriver.MinimumVersion, driver.Version.ToString());
        var context = AssemblyLoadContext.GetLoadContext(driver.Factory.GetType().Assembly)!;
        Assert.NotSame(AssemblyLoadContext.Default, context);
        using var connection = driver.Factory.CreateConnection()!;
        connection.ConnectionString = SnowflakeSignIn.ConnectionString(new SnowflakeSettings { Account = "a-b", User = "u", Password = "p" }, new BrowserProbe());
        Assert.DoesNotContain(AssemblyLoadContext.Default.Assemblies, a => a.GetName().Name == "Snowflake.Data");
        // What the core uses itself may be there, but never in the driver's place.
        Assert.All(driver.Factory.GetType().Assembly.GetReferencedAssemblies().Where(a => a.Name!.StartsWith("AWSSDK", StringComparison.Ordinal)),
            a => Assert.Same(context, AssemblyLoadContext.GetLoadContext(context.LoadFromAssemblyName(a))));
        driver.CloseSessions();
    }

    [DriverFact]
    public async Task A_refused_sign_in_of_the_genuine_driver_arrives_with_its_code()
    {
        using var server = new HttpListener();
        var port = FreePort();
        server.Prefixes.Add($"http://127.0.0.1:{port}/");
        server.Start();
        var answers = AnswerAsync(server, """{"data":{"nextAction":"RETRY_LOGIN"},"code":"390100","message":"Incorrect username or password was specified.","success":false}""");

        var settings = new SnowflakeSettings { Account = "test", User = "u", Password = "a;role=hunter2=\"x\"", Role = "loader", Warehouse = "\"my wh\"", Database = "规模", Schema = "raw", Host = $"http://127.0.0.1:{port}", DriverFolder = DriverFactAttribute.Folder };
        await using var connector = new SnowflakeConnector(settings, null, NullLogger<SnowflakeConnector>.Instance);
        var thrown = await Assert.ThrowsAsync<ConnectionException>(() => connector.OpenAsync("test", CancellationToken.None));
        Assert.Equal("Snowflake account test, user u: signing in failed (390100): Incorrect username or password was specified.", thrown.Message);
        Assert.DoesNotContain("hunter2", thrown.ToString(), StringComparison.Ordinal);
        Assert.False(SnowflakeErrors.IsTransient(thrown));
        server.Stop();
        var (url, body) = Assert.Single(await answers);
        Assert.Equal(["LOADER", "\"my wh\"", "\"规模\"", "RAW"], ((string[])["roleName", "warehouse", "databaseName", "schemaName"]).Select(n => HttpUtility.ParseQueryString(url.Query)[n]));
        Assert.Equal("a;role=hunter2=\"x\"", JsonDocument.Parse(body).RootElement.GetProperty("data").GetProperty("PASSWORD").GetString());
    }

    private static async Task<List<(Uri Url, string Body)>> AnswerAsync(HttpListener server, string json)
    {
        var logins = new List<(Uri, string)>();
        while (true)
        {
            HttpListenerContext request;
            try
            {
                request = await server.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return logins;
            }

            using var body = new StreamReader(request.Request.InputStream);
            if (request.Request.Url!.AbsolutePath.Contains("login-request", StringComparison.Ordinal))
                logins.Add((request.Request.Url, await body.ReadToEndAsync()));
            request.Response.ContentType = "application/json";
            await request.Response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(json));
            request.Response.Close();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
