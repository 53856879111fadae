using System.Globalization;

namespace EtlTools.LocalWarehouse.Errors;

/// <summary>Errors in Snowflake's numbering and wording.</summary>
internal static class WarehouseErrors
{
    internal static LocalWarehouseException Compilation(int code, string sqlState, string message) =>
        new(code, sqlState, "SQL compilation error:\n" + message);

    internal static LocalWarehouseException Syntax(string what, int line, int position) =>
        Compilation(1003, "42000", string.Create(CultureInfo.InvariantCulture, $"syntax error line {line} at position {position} {what}."));

    internal static LocalWarehouseException ObjectNotFound(string kind, string name) =>
        Compilation(2003, "02000", $"{kind} '{name}' does not exist or not authorized.");

    internal static LocalWarehouseException InvalidIdentifier(string name) =>
        Compilation(904, "42000", $"error: invalid identifier '{name}'");

    internal static LocalWarehouseException AmbiguousColumn(string name) =>
        Compilation(1052, "42702", $"ambiguous column name '{name}'");

    internal static LocalWarehouseException AlreadyExists(string name) =>
        Compilation(2002, "42710", $"Object '{name}' already exists.");

    internal static LocalWarehouseException UnknownFunction(string name) =>
        Compilation(2140, "42601", $"Unknown function {name}");

    internal static LocalWarehouseException Unsupported(string feature) =>
        new(2, "0A000", $"Unsupported feature '{feature}'.");

    internal static LocalWarehouseException NoDatabase(string statement) =>
        new(90105, "22000", $"Cannot perform {statement}. This session does not have a current database. Call 'USE DATABASE', or use a qualified name.");

    internal static LocalWarehouseException NoSchema(string statement) =>
        new(90106, "22000", $"Cannot perform {statement}. This session does not have a current schema. Call 'USE SCHEMA', or use a qualified name.");

    internal static LocalWarehouseException ArgumentTypes(string function, IEnumerable<string> types) =>
        Compilation(1044, "42P13", $"Invalid argument types for function '{function}': ({string.Join(", ", types)})");

    internal static LocalWarehouseException ArgumentCount(string function, string expected, int got) =>
        Compilation(938, "22023", string.Create(CultureInfo.InvariantCulture, $"wrong number of arguments for function [{function}], expected {expected}, got {got}"));

    internal static LocalWarehouseException TypeMismatch(string expected, string got, string? column = null) =>
        Compilation(2023, "22000", $"Expression type does not match column data type, expecting {expected} but got {got}"
            + (column is null ? "" : $" for column {column}"));

    internal static LocalWarehouseException InvalidValue(string value, string parameter) =>
        Compilation(1008, "22023", $"invalid value [{value}] for parameter '{parameter}'");
}
