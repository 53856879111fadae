using System.Globalization;
using EtlTools.Core.Errors;
using EtlTools.Core.Resilience;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;

namespace EtlTools.Core.Backfill;

/// <summary>
/// Moves a partition by files: the source writes them to its stage, all at once; they are fetched one by one, the next while one is
/// being loaded, and deleted as soon as they are. What is unloaded is in the plan, so whoever takes the partition over goes on with the
/// files that are left.
/// </summary>
internal sealed class UnloadedPartition(BackfillContext context, WorkerSession session) : IAsyncDisposable
{
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(20);

    private readonly SnowflakeSession _source = new(context.Services, $"etl-tools backfill {context.Plan.Name} {context.Run.RunId}");
    private readonly UnloadSql _sql = new(context.Tables, context.Pipeline.FineTime);

    /// <summary>Runs to the partition's end.</summary>
    /// <returns>False when it was stopped before.</returns>
    public async Task<bool> RunAsync(CancellationToken stop)
    {
        var partition = session.Held!;
        var files = partition.Files ?? await UnloadAsync(partition, stop).ConfigureAwait(false);
        var place = new SnowflakeStage(files.Location);
        using var folder = TakeFolder();
        var loader = new UnloadedFileLoader(context, session, _sql);
        var first = partition.Files is null ? 0 : partition.FilesDone;
        Task<string>? next = null;
        try
        {
            for (var i = first; i < files.Files.Count; i++)
            {
                if (stop.IsCancellationRequested) return false;
                var path = await FetchedAsync(next ?? FetchAsync(place, files.Files[i], folder, stop), files.Files[i]).ConfigureAwait(false);
                next = i + 1 < files.Files.Count ? FetchAsync(place, files.Files[i + 1], folder, stop) : null;
                FaultPoint.Reach("file-fetched");
                if (!await loader.LoadAsync(path, i, i == first ? partition.FileRows : 0, stop).ConfigureAwait(false)) return false;
                File.Delete(path);
            }
        }
        finally
        {
            await ForgetAsync(next).ConfigureAwait(false);
        }

        await EnsureCompleteAsync(partition, files).ConfigureAwait(false);
        // With whatever attempts that were broken off have left beside it.
        var all = new SnowflakeStage(files.Location[..files.Location.LastIndexOf('/')]);
        await _source.RunAsync((connection, token) => all.RemoveAsync(connection, token), CancellationToken.None).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private UnloadFolder TakeFolder()
    {
        try
        {
            return UnloadFolder.Take(context.Services.Settings.WorkDirectory, LeftFiles.OwnerOf(context.Services, context.Plan.Id));
        }
        catch (IOException disk)
        {
            throw DiskFailure(disk);
        }
    }

    private async Task<UnloadedFiles> UnloadAsync(BackfillPartition partition, CancellationToken stop)
    {
        var place = new SnowflakeStage(string.Create(
            CultureInfo.InvariantCulture, $"{LeftFiles.StageOf(context.Plan.Id).Location}/{partition.Number}/{partition.Fence}"));
        var (rows, names) = await WithPingAsync(_source.RunAsync(async (connection, token) =>
        {
            var answer = await SnowflakeStatement.RowsAsync(connection, _sql.Unload(place, partition), token).ConfigureAwait(false);
            var list = await SnowflakeStatement.RowsAsync(connection, $"LIST {place.Sql}", token).ConfigureAwait(false);
            return (long.Parse(answer[0][0]!, CultureInfo.InvariantCulture), list);
        }, stop)).ConfigureAwait(false);
        FaultPoint.Reach("unloaded");
        List<UnloadedFile> files =
        [
            .. names.Select(row => new UnloadedFile(row[0]![(row[0]!.LastIndexOf('/') + 1)..], long.Parse(row[1]!, CultureInfo.InvariantCulture)))
                .OrderBy(file => file.Name, StringComparer.Ordinal),
        ];
        var unloaded = new UnloadedFiles(place.Location, rows, partition.Counts.Read, files);
        try
        {
            await SaveAsync(partition, unloaded).ConfigureAwait(false);
        }
        catch (PartitionLostException)
        {
            // Nobody else knows of these files.
            await _source.RunAsync((connection, token) => place.RemoveAsync(connection, token), CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        return unloaded;
    }

    private Task<bool> SaveAsync(BackfillPartition partition, UnloadedFiles? files) => session.RunAsync(context.Retry, async (connection, token) =>
    {
        if (!await PartitionStore.SaveFilesAsync(connection, session.PlanId, partition, files, token).ConfigureAwait(false)) throw session.Lost();
        return true;
    }, CancellationToken.None);

    private async Task<string> FetchAsync(SnowflakeStage place, UnloadedFile file, UnloadFolder folder, CancellationToken stop)
    {
        var path = Path.Combine(folder.Path, file.Name);
        await _source.RunAsync(async (connection, token) =>
        {
            try
            {
                await place.GetAsync(connection, file.Name, folder.Path, token).ConfigureAwait(false);
            }
            catch (Exception failure) when (SnowflakeErrors.Flatten(failure).OfType<IOException>().FirstOrDefault(IsDiskFull) is { } disk)
            {
                throw DiskFailure(disk);
            }
        }, stop).ConfigureAwait(false);
        return path;
    }

    // Runs while nothing is being loaded: only then is the session free.
    private async Task<string> FetchedAsync(Task<string> fetch, UnloadedFile file)
    {
        var path = await WithPingAsync(fetch).ConfigureAwait(false);
        if (File.Exists(path) && new FileInfo(path).Length == file.Bytes) return path;
        if (!File.Exists(path)) await SaveAsync(session.Held!, null).ConfigureAwait(false);
        throw new ConnectionException(
            $"The file {file.Name} of partition {session.Held!.Number} did not come whole from the stage.", "It is fetched, or unloaded, again; if it persists, look at the stage and the network.");
    }

    private async Task<T> WithPingAsync<T>(Task<T> work)
    {
        while (true)
        {
            try
            {
                return await work.WaitAsync(PingInterval, context.Services.Time).ConfigureAwait(false);
            }
            catch (TimeoutException) when (!work.IsCompleted)
            {
                await session.PingAsync().ConfigureAwait(false);
            }
        }
    }

    // The source counts what it writes; every row of it must have been loaded, put aside or superseded.
    private async Task EnsureCompleteAsync(BackfillPartition partition, UnloadedFiles files)
    {
        var read = await session.RunAsync(context.Retry, async (connection, token) =>
        {
            var all = await BackfillStore.PartitionsAsync(connection, session.PlanId, token).ConfigureAwait(false);
            return all.First(p => p.Number == partition.Number).Counts.Read;
        }, CancellationToken.None).ConfigureAwait(false);
        if (read - files.ReadBefore == files.Rows) return;
        await SaveAsync(partition, null).ConfigureAwait(false);
        throw new ConnectionException(
            string.Create(CultureInfo.InvariantCulture, $"Partition {partition.Number}: the source unloaded {files.Rows} rows, but its files held {read - files.ReadBefore}."),
            "It is unloaded again; if it persists, report this as a defect.");
    }

    private static bool IsDiskFull(IOException failure) => failure.HResult is 28 or 122 or unchecked((int)0x80070070) or unchecked((int)0x80070027);

    // Without its cause, which would be taken for a passing fault of the network and tried again.
    private static ConfigurationException DiskFailure(IOException disk) => new(
        $"Files of the backfill cannot be written: {disk.Message}",
        $"Free space on the disk of the work folder, or point ETL_WORK_DIR to one with more ({2 * UnloadSql.FileBytes >> 20} MB a worker), then start it again: it goes on where it stopped.");

    private static async Task ForgetAsync(Task<string>? fetch)
    {
        if (fetch is null) return;
#pragma warning disable CA1031 // Nobody waits for this file any more.
        try
        {
            await fetch.ConfigureAwait(false);
        }
        catch (Exception)
        {
        }
#pragma warning restore CA1031
    }
}
