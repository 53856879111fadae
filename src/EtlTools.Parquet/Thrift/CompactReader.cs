using System.Text;

namespace EtlTools.Parquet.Thrift;

/// <summary>Reads Thrift's compact protocol from bytes in memory.</summary>
/// <remarks>Malformed input is an <see cref="InvalidDataException"/>, input that ends too early an <see cref="EndOfStreamException"/>.</remarks>
internal ref struct CompactReader(ReadOnlySpan<byte> bytes)
{
    private const int MaxDepth = 32;
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private short _field;
    private int _depth;

    /// <summary>Bytes read so far.</summary>
    internal int Position { get; private set; }

    /// <summary>Calls <paramref name="field"/> for each field of a struct; what it returns false for is skipped.</summary>
    internal void Struct<T>(T target, FieldReader<T> field)
    {
        if (++_depth > MaxDepth) throw new InvalidDataException("The Thrift structures are nested too deeply.");
        var outer = _field;
        _field = 0;
        while (true)
        {
            var header = Byte();
            if (header == 0) break;
            _field = (header >> 4) == 0 ? checked((short)ZigZag()) : checked((short)(_field + (header >> 4)));
            var type = (CompactType)(header & 0x0F);
            if (!field(ref this, target, _field, type)) Skip(type);
        }

        _field = outer;
        _depth--;
    }

    /// <summary>An integer of any width.</summary>
    internal long Integer(CompactType type) => type switch
    {
        CompactType.Byte => (sbyte)Byte(),
        CompactType.Int16 or CompactType.Int32 or CompactType.Int64 => ZigZag(),
        _ => throw new InvalidDataException($"An integer was expected, not Thrift type {type}."),
    };

    internal int Int32(CompactType type) => checked((int)Integer(type));

    internal static bool Boolean(CompactType type) => type switch
    {
        CompactType.True => true,
        CompactType.False => false,
        _ => throw new InvalidDataException($"A boolean was expected, not Thrift type {type}."),
    };

    internal ReadOnlySpan<byte> Binary(CompactType type)
    {
        if (type != CompactType.Binary) throw new InvalidDataException($"Bytes were expected, not Thrift type {type}.");
        return Take(checked((int)VarInt()));
    }

    internal string Text(CompactType type) => Encoding.UTF8.GetString(Binary(type));

    /// <summary>A list's items, each read by <paramref name="item"/>.</summary>
    internal List<T> List<T>(CompactType type, ItemReader<T> item)
    {
        if (type != CompactType.List) throw new InvalidDataException($"A list was expected, not Thrift type {type}.");
        var (count, element) = ListHeader();
        var items = new List<T>(Math.Min(count, 1024));
        for (var i = 0; i < count; i++) items.Add(item(ref this, element));
        return items;
    }

    private (int Count, CompactType Element) ListHeader()
    {
        var header = Byte();
        var count = header >> 4;
        if (count == 15) count = checked((int)VarInt());
        // Each item is at least a byte.
        if (count > _bytes.Length - Position) throw new InvalidDataException("A Thrift list is longer than its data.");
        return (count, (CompactType)(header & 0x0F));
    }

    private void Skip(CompactType type)
    {
        switch (type)
        {
            case CompactType.True or CompactType.False: break;
            case CompactType.Byte: Take(1); break;
            case CompactType.Int16 or CompactType.Int32 or CompactType.Int64: VarInt(); break;
            case CompactType.Double: Take(8); break;
            case CompactType.Binary: Take(checked((int)VarInt())); break;
            case CompactType.List or CompactType.Set:
                var (count, element) = ListHeader();
                for (var i = 0; i < count; i++) SkipItem(element);
                break;
            case CompactType.Map:
                var pairs = checked((int)VarInt());
                if (pairs == 0) break;
                var types = Byte();
                for (var i = 0; i < pairs; i++)
                {
                    SkipItem((CompactType)(types >> 4));
                    SkipItem((CompactType)(types & 0x0F));
                }

                break;
            case CompactType.Struct:
                Struct(0, static (ref CompactReader _, int _, short _, CompactType _) => false);
                break;
            default: throw new InvalidDataException($"Unknown Thrift type {type}.");
        }
    }

    /// <summary>In a list a boolean takes a byte.</summary>
    private void SkipItem(CompactType type)
    {
        if (type is CompactType.True or CompactType.False) Take(1);
        else Skip(type);
    }

    private long ZigZag()
    {
        var value = VarInt();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private ulong VarInt()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if ((next & 0x80) == 0) return value;
        }

        throw new InvalidDataException("A Thrift number is too long.");
    }

    private byte Byte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _bytes.Length - Position) throw new EndOfStreamException("The Thrift data ends too early.");
        var taken = _bytes.Slice(Position, count);
        Position += count;
        return taken;
    }
}

/// <summary>Reads one field into the target; false when the field is not known.</summary>
internal delegate bool FieldReader<in T>(ref CompactReader reader, T target, short field, CompactType type);

internal delegate T ItemReader<out T>(ref CompactReader reader, CompactType type);
