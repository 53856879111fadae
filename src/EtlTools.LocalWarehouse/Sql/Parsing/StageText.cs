using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;

namespace EtlTools.LocalWarehouse.Sql.Parsing;

/// <summary>Reads the text after @: <c>~</c>, <c>%table</c> or <c>stage</c>, the latter two qualified or not, then a path.</summary>
internal static class StageText
{
    internal static StageReference Parse(string text)
    {
        var at = 0;
        if (text.StartsWith('~')) return new StageReference(StageKind.User, null, Path(text, 1));
        var parts = new List<string>();
        var table = false;
        do
        {
            if (at < text.Length && text[at] == '.' && parts.Count > 0 && ++at > 0) { }
            table = at < text.Length && text[at] == '%';
            if (table) at++;
            // DB..STAGE means DB.PUBLIC.STAGE.
            parts.Add(at < text.Length && text[at] == '.' ? "PUBLIC" : Name(text, ref at));
        }
        while (at < text.Length && text[at] == '.' && !table);
        if (parts.Count > 3) throw Invalid(text);
        return new StageReference(table ? StageKind.Table : StageKind.Named, new ObjectName(parts), Path(text, at));
    }

    private static string Name(string text, ref int at)
    {
        var start = at;
        if (at < text.Length && text[at] == '"')
        {
            var name = new System.Text.StringBuilder();
            for (at++; at < text.Length; at++)
            {
                if (text[at] != '"') name.Append(text[at]);
                else if (at + 1 < text.Length && text[at + 1] == '"') name.Append(text[at++]);
                else
                {
                    at++;
                    return name.Length > 0 ? name.ToString() : throw Invalid(text);
                }
            }

            throw Invalid(text);
        }

        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '$')) at++;
        return at > start && !char.IsAsciiDigit(text[start]) ? text[start..at].ToUpperInvariant() : throw Invalid(text);
    }

    private static string Path(string text, int at)
    {
        if (at == text.Length) return "";
        return text[at] == '/' ? text[(at + 1)..] : throw Invalid(text);
    }

    private static LocalWarehouseException Invalid(string text) =>
        WarehouseErrors.Compilation(1003, "42000", $"syntax error: '@{text}' is not a stage; expected @~, @%table or @stage, and then /path.");
}
