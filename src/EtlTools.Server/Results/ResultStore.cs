using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using EtlTools.Sandbox.Processes;

namespace EtlTools.Server.Results;

/// <summary>A chunk of a result, in a file.</summary>
/// <param name="Rows">Its rows, exactly: the .NET driver makes room for so many.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="CompressedBytes">The file's size.</param>
internal sealed record ResultChunk(int Rows, long Bytes, long CompressedBytes);

/// <summary>Results too large for an answer, as gzip files in a private folder until their reader has fetched them.</summary>
internal sealed class ResultStore : IDisposable
{
    private const string Prefix = "etl-results-";
    private const string OwnerFile = "owner";

    /// <summary>As long as Snowflake's links live.</summary>
    private static readonly TimeSpan Unread = TimeSpan.FromHours(6);

    /// <summary>A chunk may be asked for again for this long after all were fetched.</summary>
    private static readonly TimeSpan Read = TimeSpan.FromMinutes(2);

    private readonly string _root;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, StoredResult> _results = new(StringComparer.Ordinal);

    internal ResultStore(string? folder, TimeProvider time)
    {
        _time = time;
        var parent = folder ?? Path.GetTempPath();
        RemoveStale(parent);
        _root = Path.Combine(parent, Prefix + RandomNumberGenerator.GetHexString(12, lowercase: true));
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(_root);
        else Directory.CreateDirectory(_root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(Path.Combine(_root, OwnerFile), OwnerMarker.ForThisProcess(keep: false).ToString());
    }

    /// <summary>Removes what processes have left that were killed; a folder without a marker is never touched.</summary>
    private static void RemoveStale(string parent)
    {
        if (!Directory.Exists(parent)) return;
        foreach (var folder in Directory.GetDirectories(parent, Prefix + "*"))
        {
            try
            {
                if (OwnerMarker.Parse(File.ReadAllText(Path.Combine(folder, OwnerFile)))?.IsStale() == true) Directory.Delete(folder, true);
            }
            catch (Exception notOurs) when (notOurs is IOException or UnauthorizedAccessException)
            {
                // Another user's, or one that another start is removing at this moment.
            }
        }
    }

    /// <summary>Results that hold files now.</summary>
    internal int Count => _results.Count;

    /// <summary>Makes an empty result. Its id is all a reader needs, so it cannot be guessed.</summary>
    internal StoredResult Create()
    {
        var id = RandomNumberGenerator.GetHexString(48, lowercase: true);
        var result = new StoredResult(id, Path.Combine(_root, id), _time);
        Directory.CreateDirectory(result.Folder);
        _results[id] = result;
        return result;
    }

    internal StoredResult? Find(string id) => _results.GetValueOrDefault(id);

    internal void Remove(StoredResult result)
    {
        if (_results.TryRemove(result.Id, out _)) Directory.Delete(result.Folder, true);
    }

    /// <summary>Removes the results that have been read or that nobody will read any more.</summary>
    internal void Sweep()
    {
        foreach (var result in _results.Values.Where(r => r.Idle >= (r.IsRead ? Read : Unread))) Remove(result);
    }

    public void Dispose()
    {
        _results.Clear();
        if (Directory.Exists(_root)) Directory.Delete(_root, true);
    }
}

/// <summary>One result's files and who has read them.</summary>
internal sealed class StoredResult(string id, string folder, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly HashSet<int> _read = [];
    private long _lastUsed = time.GetTimestamp();

    internal string Id => id;

    internal string Folder => folder;

    internal List<ResultChunk> Chunks { get; } = [];

    internal TimeSpan Idle => time.GetElapsedTime(Volatile.Read(ref _lastUsed));

    /// <summary>Whether every chunk has been fetched.</summary>
    internal bool IsRead
    {
        get
        {
            lock (_gate) return _read.Count == Chunks.Count;
        }
    }

    internal string PathOf(int chunk) => Path.Combine(folder, chunk.ToString(CultureInfo.InvariantCulture) + ".gz");

    internal void Touch() => Volatile.Write(ref _lastUsed, time.GetTimestamp());

    internal void Fetched(int chunk)
    {
        Touch();
        lock (_gate) _read.Add(chunk);
    }
}
