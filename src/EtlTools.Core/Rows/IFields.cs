using System.Data.Common;

namespace EtlTools.Core.Rows;

/// <summary>The fields of a row, wherever they are. Implemented by structs, so that the encoder's loop is compiled for each.</summary>
internal interface IFields
{
    /// <summary>Whether a field is NULL.</summary>
    bool IsNull(int field);

    /// <summary>A field's text.</summary>
    string Text(int field);
}

/// <summary>The current row of a reader.</summary>
internal readonly struct ReaderFields(DbDataReader reader) : IFields
{
    /// <inheritdoc/>
    public bool IsNull(int field) => reader.IsDBNull(field);

    /// <inheritdoc/>
    public string Text(int field) => reader.GetString(field);
}

/// <summary>Texts in memory.</summary>
internal readonly struct TextFields(IReadOnlyList<string?> values) : IFields
{
    /// <inheritdoc/>
    public bool IsNull(int field) => values[field] is null;

    /// <inheritdoc/>
    public string Text(int field) => values[field]!;
}
