using System.Globalization;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;

namespace EtlTools.LocalWarehouse.Stages;

/// <summary>Takes a statement's options one by one; what nobody took is refused by name at <see cref="Finish"/>.</summary>
internal sealed class OptionReader
{
    private readonly string _where;
    private readonly Dictionary<string, OptionValue> _options = new(StringComparer.Ordinal);

    internal OptionReader(string where, IEnumerable<StatementOption> options)
    {
        _where = where;
        foreach (var option in options)
        {
            if (!_options.TryAdd(option.Name, option.Value))
                throw WarehouseErrors.Compilation(1003, "42000", $"syntax error: the option {option.Name} of {where} is given twice.");
        }
    }

    internal bool Has(string name) => _options.ContainsKey(name);

    internal OptionValue? Value(string name) => _options.Remove(name, out var value) ? value : null;

    /// <summary>A word or text in upper case; null when the option is absent.</summary>
    internal string? Word(string name) => Value(name) switch
    {
        null => null,
        WordValue { Name.Parts: [var word] } => word.ToUpperInvariant(),
        TextValue text => text.Text.ToUpperInvariant(),
        _ => throw Invalid(name),
    };

    internal string? Text(string name) => Value(name) switch
    {
        null => null,
        TextValue text => text.Text,
        _ => throw Invalid(name),
    };

    internal bool? Boolean(string name) => Word(name) switch
    {
        null => null,
        "TRUE" => true,
        "FALSE" => false,
        var other => throw WarehouseErrors.InvalidValue(other, name),
    };

    internal long? Number(string name) => Value(name) switch
    {
        null => null,
        NumberValue number when long.TryParse(number.Digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value) => value,
        NumberValue number => throw WarehouseErrors.InvalidValue(number.Digits, name),
        _ => throw Invalid(name),
    };

    /// <summary>A list of texts; one text stands for a list of it.</summary>
    internal IReadOnlyList<string>? Texts(string name) => Value(name) switch
    {
        null => null,
        TextValue text => [text.Text],
        ListValue list => [.. list.Items.Select(i => i is TextValue text ? text.Text : throw Invalid(name))],
        _ => throw Invalid(name),
    };

    internal IReadOnlyList<StatementOption>? Nested(string name) => Value(name) switch
    {
        null => null,
        NestedOptions nested => nested.Options,
        ListValue { Items.Count: 0 } => [],
        _ => throw Invalid(name),
    };

    /// <summary>For an option that may only be given with the value the warehouse behaves by.</summary>
    internal void Fixed(string name, string value)
    {
        if (Word(name) is { } given && given != value) throw WarehouseErrors.Unsupported($"{name} = {given} in {_where}");
    }

    internal void Finish()
    {
        if (_options.Count > 0) throw WarehouseErrors.Unsupported($"option {_options.Keys.First()} of {_where}");
    }

    private LocalWarehouseException Invalid(string name) => WarehouseErrors.Compilation(1008, "22023", $"invalid value for parameter '{name}' of {_where}");
}
