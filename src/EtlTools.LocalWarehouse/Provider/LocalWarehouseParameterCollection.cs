using System.Collections;
using System.Data.Common;

namespace EtlTools.LocalWarehouse;

internal sealed class LocalWarehouseParameterCollection : DbParameterCollection
{
    private readonly List<LocalWarehouseParameter> _items = [];

    internal IReadOnlyList<LocalWarehouseParameter> Items => _items;

    public override int Count => _items.Count;

    public override object SyncRoot => ((ICollection)_items).SyncRoot;

    public override int Add(object value)
    {
        _items.Add((LocalWarehouseParameter)value);
        return _items.Count - 1;
    }

    public override void AddRange(Array values)
    {
        foreach (var value in values) Add(value);
    }

    public override void Clear() => _items.Clear();

    public override bool Contains(object value) => _items.Contains((LocalWarehouseParameter)value);

    public override bool Contains(string value) => IndexOf(value) >= 0;

    public override void CopyTo(Array array, int index) => ((ICollection)_items).CopyTo(array, index);

    public override IEnumerator GetEnumerator() => _items.GetEnumerator();

    public override int IndexOf(object value) => _items.IndexOf((LocalWarehouseParameter)value);

    public override int IndexOf(string parameterName) => _items.FindIndex(p => string.Equals(p.ParameterName, parameterName, StringComparison.OrdinalIgnoreCase));

    public override void Insert(int index, object value) => _items.Insert(index, (LocalWarehouseParameter)value);

    public override void Remove(object value) => _items.Remove((LocalWarehouseParameter)value);

    public override void RemoveAt(int index) => _items.RemoveAt(index);

    public override void RemoveAt(string parameterName) => _items.RemoveAt(Existing(parameterName));

    protected override DbParameter GetParameter(int index) => _items[index];

    protected override DbParameter GetParameter(string parameterName) => _items[Existing(parameterName)];

    protected override void SetParameter(int index, DbParameter value) => _items[index] = (LocalWarehouseParameter)value;

    protected override void SetParameter(string parameterName, DbParameter value) => _items[Existing(parameterName)] = (LocalWarehouseParameter)value;

    private int Existing(string name) => IndexOf(name) is >= 0 and var index ? index : throw new ArgumentException($"There is no parameter '{name}'.", nameof(name));
}
