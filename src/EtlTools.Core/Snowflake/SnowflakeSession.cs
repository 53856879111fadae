using System.Data.Common;
using EtlTools.Core.Resilience;

namespace EtlTools.Core.Snowflake;

/// <summary>
/// The one Snowflake session of a run, opened when it is first needed, and anew when it broke. Steps given to it must bear being repeated.
/// </summary>
internal sealed class SnowflakeSession(EtlServices services, string queryTag) : IAsyncDisposable
{
    private DbConnection? _connection;

    /// <summary>Runs a step; when the session breaks, again on a new one.</summary>
    public async Task<T> RunAsync<T>(Func<DbConnection, CancellationToken, Task<T>> step, CancellationToken cancellationToken) =>
        await services.Resilience.For(ResiliencePipelines.Snowflake).ExecuteAsync(async token =>
        {
            try
            {
                _connection ??= await services.Snowflake.OpenAsync(queryTag, token).ConfigureAwait(false);
                return await step(_connection, token).ConfigureAwait(false);
            }
            catch (Exception failure) when (SnowflakeErrors.IsTransient(failure))
            {
                await CloseAsync().ConfigureAwait(false);
                throw;
            }
        }, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(Func<DbConnection, CancellationToken, Task> step, CancellationToken cancellationToken) => RunAsync(
        async (connection, token) =>
        {
            await step(connection, token).ConfigureAwait(false);
            return true;
        }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => CloseAsync();

    private async ValueTask CloseAsync()
    {
        if (_connection is not { } connection) return;
        _connection = null;
        await connection.DisposeAsync().ConfigureAwait(false);
    }
}
