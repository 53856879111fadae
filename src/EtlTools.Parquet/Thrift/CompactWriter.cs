using System.Buffers;
using System.Text;

namespace EtlTools.Parquet.Thrift;

/// <summary>Writes Thrift's compact protocol into memory. Fields of a struct have to be written in the order of their numbers.</summary>
internal sealed class CompactWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private short _field;

    /// <summary>What has been written.</summary>
    internal ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    /// <summary>A struct that stands by itself: a file's footer, a page's header.</summary>
    /// <param name="fields">Writes its fields.</param>
    internal static CompactWriter Of(Action<CompactWriter> fields)
    {
        var writer = new CompactWriter();
        fields(writer);
        writer.Raw(0);
        return writer;
    }

    internal void Int32(short field, int value)
    {
        Header(field, CompactType.Int32);
        ZigZag(value);
    }

    internal void Int64(short field, long value)
    {
        Header(field, CompactType.Int64);
        ZigZag(value);
    }

    internal void Byte(short field, byte value)
    {
        Header(field, CompactType.Byte);
        Raw(value);
    }

    internal void Boolean(short field, bool value) => Header(field, value ? CompactType.True : CompactType.False);

    internal void Text(short field, string value) => Binary(field, Encoding.UTF8.GetBytes(value));

    internal void Binary(short field, ReadOnlySpan<byte> value)
    {
        Header(field, CompactType.Binary);
        VarInt((ulong)value.Length);
        _bytes.Write(value);
    }

    internal void Struct(short field, Action<CompactWriter> fields)
    {
        Header(field, CompactType.Struct);
        Inner(fields);
    }

    /// <summary>A list of structs.</summary>
    internal void Structs<T>(short field, IReadOnlyList<T> items, Action<CompactWriter, T> fields)
    {
        List(field, CompactType.Struct, items.Count);
        foreach (var item in items) Inner(writer => fields(writer, item));
    }

    internal void Int32s(short field, params ReadOnlySpan<int> values)
    {
        List(field, CompactType.Int32, values.Length);
        foreach (var value in values) ZigZag(value);
    }

    internal void Texts(short field, params ReadOnlySpan<string> values)
    {
        List(field, CompactType.Binary, values.Length);
        foreach (var value in values)
        {
            var bytes = Encoding.UTF8.GetBytes(value);
            VarInt((ulong)bytes.Length);
            _bytes.Write(bytes);
        }
    }

    private void List(short field, CompactType element, int count)
    {
        Header(field, CompactType.List);
        Raw((byte)((Math.Min(count, 15) << 4) | (byte)element));
        if (count >= 15) VarInt((ulong)count);
    }

    private void Inner(Action<CompactWriter> fields)
    {
        var outer = _field;
        _field = 0;
        fields(this);
        Raw(0);
        _field = outer;
    }

    private void Header(short field, CompactType type)
    {
        var distance = field - _field;
        if (distance is <= 0 or > 15) throw new InvalidOperationException($"Thrift field {field} cannot follow field {_field}.");
        Raw((byte)((distance << 4) | (byte)type));
        _field = field;
    }

    private void Raw(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }

    private void ZigZag(long value) => VarInt((ulong)((value << 1) ^ (value >> 63)));

    private void VarInt(ulong value)
    {
        for (; value >= 0x80; value >>= 7) Raw((byte)(value | 0x80));
        Raw((byte)value);
    }
}
