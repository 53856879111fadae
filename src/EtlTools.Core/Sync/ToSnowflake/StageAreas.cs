using System.Text.Json;
using EtlTools.Core.S3;
using EtlTools.Core.Snowflake;

namespace EtlTools.Core.Sync.ToSnowflake;

/// <summary>A place on a stage to which files are brought.</summary>
internal interface IStageArea
{
    /// <summary>Uploads a file under its own name.</summary>
    Task PutAsync(string path, CancellationToken cancellationToken);

    /// <summary>Deletes all files there.</summary>
    Task RemoveAsync(CancellationToken cancellationToken);
}

/// <summary>
/// Finds out how files come to a stage: by PUT to one of Snowflake's own, by an upload to the bucket of an external one, which PUT does
/// not reach.
/// </summary>
internal sealed class StageAreas(EtlServices services, SnowflakeSession session)
{
    private readonly Dictionary<string, S3Place?> _places = new(StringComparer.Ordinal);

    /// <summary>Opens a location, such as <c>@~/etl_tools/0a1b/1</c>.</summary>
    /// <exception cref="Errors.ConfigurationException">The stage lies where files cannot be brought.</exception>
    public async Task<IStageArea> OpenAsync(string location, CancellationToken cancellationToken)
    {
        var name = SnowflakeStageName.Of(location);
        if (name.IsNamed && await PlaceAsync(name.Stage, cancellationToken).ConfigureAwait(false) is { } place) return new Bucket(services.S3, place.Below(name.Path));
        return new Own(session, new SnowflakeStage(location));
    }

    private async Task<S3Place?> PlaceAsync(string stage, CancellationToken cancellationToken)
    {
        if (_places.TryGetValue(stage, out var known)) return known;
        var properties = await session.RunAsync(
            (connection, token) => SnowflakeStatement.RowsAsync(connection, $"DESC STAGE {stage[1..]}", token), cancellationToken).ConfigureAwait(false);
        var url = properties.FirstOrDefault(row => row[0] == "STAGE_LOCATION" && row[1] == "URL")?[3];
        // A list of one.
        if (url is ['[', ..]) url = JsonSerializer.Deserialize<string[]>(url) is [var only, ..] ? only : null;
        return _places[stage] = string.IsNullOrEmpty(url) ? null : S3Place.Parse(url, stage);
    }

    private sealed class Own(SnowflakeSession session, SnowflakeStage stage) : IStageArea
    {
        public Task PutAsync(string path, CancellationToken cancellationToken) =>
            session.RunAsync((connection, token) => stage.PutAsync(connection, path, token), cancellationToken);

        public Task RemoveAsync(CancellationToken cancellationToken) => session.RunAsync(stage.RemoveAsync, cancellationToken);
    }

    private sealed class Bucket(S3Storage storage, S3Place place) : IStageArea
    {
        public Task PutAsync(string path, CancellationToken cancellationToken) => storage.PutAsync(place, path, cancellationToken);

        public Task RemoveAsync(CancellationToken cancellationToken) => storage.RemoveAsync(place, cancellationToken);
    }
}
