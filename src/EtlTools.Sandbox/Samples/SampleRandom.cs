namespace EtlTools.Sandbox.Samples;

/// <summary>
/// SplitMix64. Each row has a generator of its own, seeded by seed and row number, so that any row can be made without those before
/// it, and the same on every version of .NET (which System.Random does not promise).
/// </summary>
internal struct SampleRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _state;

    public SampleRandom(long seed, long stream) => _state = Mix(unchecked((ulong)seed * Golden) ^ Mix(unchecked((ulong)stream + Golden)));

    public ulong Next() => Mix(unchecked(_state += Golden));

    /// <summary>0 to <paramref name="limit"/> − 1.</summary>
    public int Below(int limit) => (int)Math.BigMul(Next(), (ulong)limit, out _);

    /// <summary>0 to <paramref name="limit"/> − 1.</summary>
    public long Below(long limit) => (long)Math.BigMul(Next(), (ulong)limit, out _);

    /// <summary>True so many times in a thousand.</summary>
    public bool PerMille(int share) => Below(1000) < share;

    public T Pick<T>(T[] values) => values[Below(values.Length)];

    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
