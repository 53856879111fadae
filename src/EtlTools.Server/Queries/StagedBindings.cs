using System.Globalization;
using EtlTools.LocalWarehouse;
using EtlTools.LocalWarehouse.Engine;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Parsing;
using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Stages;
using EtlTools.LocalWarehouse.Types;
using EtlTools.Server.Http;

namespace EtlTools.Server.Queries;

/// <summary>Array bindings too large for a request: the driver has put them as CSV on the temporary stage <see cref="StageName"/>.</summary>
internal sealed class StagedBindings(WarehouseSession session)
{
    /// <summary>The stage that the drivers make for it.</summary>
    internal const string StageName = "SYSTEM$BIND";

    /// <summary>Reads the rows and removes the files, which nobody uses again.</summary>
    /// <param name="sql">The INSERT.</param>
    /// <param name="place">The folder on the stage, as <c>@SYSTEM$BIND/…</c>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="LocalWarehouseException">There is no such stage, or the statement is none that takes arrays.</exception>
    /// <exception cref="RefusedException">Nothing is there, or it is not what drivers write.</exception>
    internal async Task<WireBindings> ReadAsync(string sql, string place, CancellationToken cancellationToken)
    {
        if (Parser.Parse(sql).Statement is not InsertStatement { Rows: [var expressions] } insert)
            throw WarehouseErrors.Unsupported("array binding in a statement other than INSERT … VALUES (…)");
        var reference = place.StartsWith('@') ? StageText.Parse(place[1..]) : throw Bad("its place is no stage");
        if (!IsBindStage(reference)) throw Bad($"its stage is not {StageName}");
        var stage = await session.StageCatalog.FindAsync(reference with { Path = reference.Path + "/" }, cancellationToken).ConfigureAwait(false);
        var types = await TypesAsync(insert, expressions, cancellationToken).ConfigureAwait(false);
        // The driver numbers its files.
        var files = StageStore.List(stage).OrderBy(f => f.BaseName.Length).ThenBy(f => f.BaseName, StringComparer.Ordinal).ToList();
        var rows = new List<IReadOnlyList<BoundValue>>();
        try
        {
            foreach (var file in files) Read(await File.ReadAllTextAsync(file.Local, cancellationToken).ConfigureAwait(false), types, rows);
        }
        catch (FormatException malformed)
        {
            throw Bad(malformed.Message);
        }
        finally
        {
            files.ForEach(StageStore.Remove);
        }

        return rows.Count > 0 ? new WireBindings(rows[0], rows) : throw Bad("nothing was staged");
    }

    /// <summary>Whether a place is on the stage of array bindings.</summary>
    internal static bool IsBindStage(StageReference place) => place.Kind == StageKind.Named && place.Name!.Parts[^1] == StageName;

    /// <summary>The type of the column that each value goes to as it is; values inside expressions are text.</summary>
    private async Task<Dictionary<string, SnowType>> TypesAsync(InsertStatement insert, IReadOnlyList<Expression?> expressions, CancellationToken cancellationToken)
    {
        var key = session.State.Resolve(insert.Table, "INSERT");
        var table = (await session.Catalog.LoadAsync([key], cancellationToken).ConfigureAwait(false)).GetValueOrDefault(key) ?? throw WarehouseErrors.ObjectNotFound("Table", key.ToString());
        var columns = DmlTranslator.Columns(table, insert.Columns);
        DmlTranslator.CountMatches(columns.Count, expressions.Count);
        var types = new Dictionary<string, SnowType>(StringComparer.Ordinal);
        for (var i = 0; i < columns.Count; i++)
            if (expressions[i] is BindReference bind) types[bind.Name] = columns[i].Type;
        return types;
    }

    private static void Read(string text, Dictionary<string, SnowType> types, List<IReadOnlyList<BoundValue>> rows)
    {
        var csv = new StagedCsv(text);
        while (csv.Next() is { } fields)
        {
            if (rows.Count > 0 && fields.Count != rows[0].Count) throw new FormatException($"row {rows.Count + 1} has {fields.Count} values and not {rows[0].Count}");
            var row = new BoundValue[fields.Count];
            for (var i = 0; i < row.Length; i++)
            {
                var name = SqlText.Number(i + 1);
                row[i] = Value(name, fields[i], types.GetValueOrDefault(name, SnowType.Text));
            }

            rows.Add(row);
        }
    }

    /// <summary>Text, which the column takes as it takes text; but binary comes as hex, and a date as the driver's culture writes it.</summary>
    private static BoundValue Value(string name, string? field, SnowType column) => (column.Kind, field) switch
    {
        (TypeKind.Binary, null) => new BoundValue(name, SnowType.Binary, null),
        (TypeKind.Binary, _) => new BoundValue(name, SnowType.Binary, Convert.FromHexString(field)),
        // Snowflake's own reading of a date with slashes, whatever the driver's culture meant.
        (TypeKind.Date, not null) when DateOnly.TryParseExact(field, "M/d/yyyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) => new BoundValue(name, SnowType.Date, date),
        (_, null) => new BoundValue(name, SnowType.Text, null),
        _ => new BoundValue(name, SnowType.Text, StringLiteral.RefuseNul(field)),
    };

    private static RefusedException Bad(string why) => new(WireError.BadRequest($"bindings on a stage: {why}."));
}
