using System.Text.Json;
using EtlTools.Server.Http;

namespace EtlTools.Server.Faults;

/// <summary>What is still to go wrong, set by <c>POST /faults</c>. Each number counts down to nothing.</summary>
internal sealed class FaultPlan
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _left = new(StringComparer.Ordinal);

    /// <summary>Statements that are answered 503, before they run.</summary>
    internal const string Unavailable = "unavailable";

    /// <summary>Statements whose answer is lost after they ran: the connection is cut.</summary>
    internal const string LostAnswer = "lost_answer";

    /// <summary>Chunks that break off half-way.</summary>
    internal const string CutChunk = "cut_chunk";

    /// <summary>Chunks that come a second late.</summary>
    internal const string Stall = "stall";

    /// <summary>Chunks that drip, 64 KB a tenth of a second.</summary>
    internal const string Drip = "drip";

    /// <summary>Statements before which the session's token expires.</summary>
    internal const string ExpireToken = "expire_token";

    private static readonly string[] Names = [Unavailable, LostAnswer, CutChunk, Stall, Drip, ExpireToken];

    /// <summary>Takes over the numbers of a JSON object; what it does not name stays.</summary>
    internal void Set(JsonElement wanted)
    {
        foreach (var fault in wanted.EnumerateObject())
        {
            if (!Names.Contains(fault.Name) || fault.Value.ValueKind != JsonValueKind.Number || !fault.Value.TryGetInt32(out var times) || times < 0)
                throw new RefusedException(WireError.BadRequest($"faults are numbers for {string.Join(", ", Names)}."));
            lock (_gate) _left[fault.Name] = times;
        }
    }

    /// <summary>How often each that was asked for is still to happen.</summary>
    internal IReadOnlyDictionary<string, int> Left
    {
        get
        {
            lock (_gate) return new Dictionary<string, int>(_left);
        }
    }

    /// <summary>Whether the fault is due now; counts it.</summary>
    internal bool Due(string name)
    {
        lock (_gate)
        {
            if (_left.GetValueOrDefault(name) == 0) return false;
            _left[name]--;
            return true;
        }
    }
}
