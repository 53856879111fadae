using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using EtlTools.Core.Config;
using EtlTools.Core.Snowflake;
using Npgsql;
using Xunit;

namespace EtlTools.Core.Tests.Snowflake;

public sealed class SnowflakeErrorsTests
{
    public static TheoryData<string, Exception, bool> Cases => new()
    {
        { "network", new HttpRequestException("refused", new SocketException(111)), true },
        { "503 inside aggregates", new DriverLikeException(270001, "x", inner: new AggregateException(new AggregateException(new HttpRequestException("x", null, HttpStatusCode.ServiceUnavailable)))), true },
        { "429", new HttpRequestException("x", null, HttpStatusCode.TooManyRequests), true },
        { "403", new HttpRequestException("x", null, HttpStatusCode.Forbidden), false },
        { "404", new HttpRequestException("x", null, HttpStatusCode.NotFound), false },
        { "timeout", new TimeoutException(), true },
        { "HTTP client's timeout", new TaskCanceledException("x", new TimeoutException()), true },
        { "cancelled", new TaskCanceledException(), false },
        { "cancelled inside", new DriverLikeException(270001, "x", inner: new AggregateException(new OperationCanceledException())), false },
        { "statement cancelled", new DriverLikeException(604, "x", "57014"), false },
        { "session token expired", new DriverLikeException(390112, "x"), true },
        { "session gone", new DriverLikeException(390111, "x"), true },
        { "wrong password", new DriverLikeException(270001, "x", inner: new AggregateException(new DriverLikeException(390100, "x"))), false },
        { "syntax", new DriverLikeException(1003, "x", "42000"), false },
        { "missing object", new DriverLikeException(2003, "x", "02000"), false },
        { "certificate", new HttpRequestException("x", new AuthenticationException()), false },
        { "broken stream", new AggregateException(new HttpIOException(HttpRequestError.ResponseEnded)), true },
        { "file not found", new DriverLikeException(270058, "x", inner: new FileNotFoundException()), false },
        { "lost connection of the local warehouse", new DriverLikeException(0, "x", inner: new NpgsqlException("x", new IOException())), true },
        { "server shut down under the local warehouse", new DriverLikeException(0, "x", inner: new PostgresException("x", "FATAL", "FATAL", "57P01")), true },
        { "overflow under the local warehouse", new DriverLikeException(100038, "x", inner: new PostgresException("x", "ERROR", "ERROR", "22003")), false },
        { "bug", new InvalidOperationException(), false },
    };

    [Theory]
    [InlineData(100038, true)]
    [InlineData(100072, true)]
    [InlineData(2003, false)]
    [InlineData(604, false)]
    [InlineData(390112, false)]
    public void A_value_that_is_refused_is_told_from_other_failures(int code, bool isRefusal)
    {
        Assert.Equal(isRefusal, SnowflakeErrors.IsRefusal(new DriverLikeException(code, "x", "22018")));
        Assert.Equal(isRefusal, SnowflakeErrors.IsRefusal(new DriverLikeException(270001, "x", inner: new AggregateException(new DriverLikeException(code, "x")))));
        Assert.False(SnowflakeErrors.IsRefusal(new InvalidOperationException()));
    }

    [Fact]
    public void A_cancelled_statement_is_a_stop_and_any_other_failure_is_not()
    {
        Assert.True(SnowflakeErrors.IsCancellation(new DriverLikeException(604, "x", "57014")));
        Assert.True(SnowflakeErrors.IsCancellation(new DriverLikeException(270001, "x", inner: new AggregateException(new TaskCanceledException()))));
        Assert.True(SnowflakeErrors.IsCancellation(new OperationCanceledException()));
        Assert.False(SnowflakeErrors.IsCancellation(new DriverLikeException(1003, "x", "42000")));
        Assert.False(SnowflakeErrors.IsCancellation(new NpgsqlException("x", new IOException())));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_can_succeed_later_is_transient(string name, Exception exception, bool expected) =>
        Assert.True(expected == SnowflakeErrors.IsTransient(exception), name);

    [Fact]
    public void A_statement_error_is_taken_apart()
    {
        var error = SnowflakeErrors.Describe(new DriverLikeException(2003, "SQL compilation error:\nObject 'X' does not exist.", "02000", "01b2-77"));
        Assert.Equal(new SnowflakeErrorInfo(2003, "02000", "01b2-77", "SQL compilation error:\nObject 'X' does not exist."), error);
        Assert.Equal("002003 (02000): SQL compilation error:\nObject 'X' does not exist. [query 01b2-77]", error.ToString());
    }

    [Fact]
    public void The_code_hidden_behind_the_drivers_wrapper_is_found()
    {
        var hidden = new DriverLikeException(270001, "Unable to connect", "08006", inner: new AggregateException(new AggregateException(new DriverLikeException(390144, "JWT token is invalid.", "08006"))));
        Assert.Equal(new SnowflakeErrorInfo(390144, "08006", null, "JWT token is invalid."), SnowflakeErrors.Describe(hidden));
    }

    [Fact]
    public void A_network_error_is_described_by_its_cause()
    {
        var error = SnowflakeErrors.Describe(new DriverLikeException(270001, "Unable to connect", "08006", inner: new AggregateException(new HttpRequestException("Connection refused (x:443)"))));
        Assert.Equal((270001, "Connection refused (x:443)"), (error.Code, error.Message));
    }

    [Theory]
    [InlineData(390100, SnowflakeAuthenticator.Password, "SNOWFLAKE_PASSWORD")]
    [InlineData(390144, SnowflakeAuthenticator.KeyPair, "SNOWFLAKE_PRIVATE_KEY_FILE")]
    [InlineData(390318, SnowflakeAuthenticator.OAuth, "SNOWFLAKE_TOKEN")]
    [InlineData(390303, SnowflakeAuthenticator.OAuth, "SNOWFLAKE_TOKEN")]
    [InlineData(394400, SnowflakeAuthenticator.ProgrammaticAccessToken, "SNOWFLAKE_TOKEN")]
    [InlineData(390102, SnowflakeAuthenticator.KeyPair, "SNOWFLAKE_USER")]
    public void A_refused_sign_in_names_the_setting_and_never_the_secret(int code, SnowflakeAuthenticator authenticator, string setting)
    {
        var settings = new SnowflakeSettings { Account = "org-acc", User = "loader", Authenticator = authenticator, Password = "s3cr3t", Token = "t0ken" };
        var thrown = SnowflakeSignInErrors.Translate(settings, new DriverLikeException(270001, "Unable to connect", inner: new AggregateException(new DriverLikeException(code, "Refused for s3cr3t and t0ken."))));
        Assert.Equal($"Snowflake account org-acc, user loader: signing in failed ({code}): Refused for *** and ***.", thrown.Message);
        Assert.Contains(setting, thrown.Remedy, StringComparison.Ordinal);
        Assert.False(SnowflakeErrors.IsTransient(thrown));
    }

    [Fact]
    public void An_unreachable_account_stays_transient_inside_its_error()
    {
        var thrown = SnowflakeSignInErrors.Translate(new SnowflakeSettings { Account = "a" }, new DriverLikeException(270001, "x", inner: new AggregateException(new HttpRequestException("Name or service not known"))));
        Assert.True(SnowflakeErrors.IsTransient(thrown));
        Assert.Equal("Snowflake account a, user (none): signing in failed: Name or service not known.", thrown.Message);
    }
}
