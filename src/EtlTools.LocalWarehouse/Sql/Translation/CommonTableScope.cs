namespace EtlTools.LocalWarehouse.Sql.Translation;

/// <summary>The WITH tables visible at a point, innermost last.</summary>
internal sealed class CommonTableScope
{
    internal static readonly CommonTableScope Empty = new([]);

    private readonly IReadOnlyList<(string Name, string Alias, IReadOnlyList<OutputColumn> Columns)> _tables;

    private CommonTableScope(IReadOnlyList<(string, string, IReadOnlyList<OutputColumn>)> tables) => _tables = tables;

    internal CommonTableScope Add(string name, string alias, IReadOnlyList<OutputColumn> columns) => new([.. _tables, (name, alias, columns)]);

    internal (string Alias, IReadOnlyList<OutputColumn> Columns)? Find(string name)
    {
        for (var i = _tables.Count - 1; i >= 0; i--)
        {
            if (_tables[i].Name == name) return (_tables[i].Alias, _tables[i].Columns);
        }

        return null;
    }
}
