using EtlTools.LocalWarehouse.Engine;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Types;

namespace EtlTools.LocalWarehouse;

/// <summary>
/// Loads rows given as text. Dates and times are ISO 8601 (<c>2024-01-31 23:59:59.123456</c>, with an offset for the zoned
/// types), booleans <c>true</c>/<c>false</c>, binary is hex, semi-structured values are JSON. Types, lengths and NOT NULL
/// are checked by the table; digits finer than microseconds are the caller's to avoid, for PostgreSQL would round them.
/// </summary>
public sealed class LocalWarehouseBulkLoad : IDisposable
{
    private readonly WarehouseSession _session;
    private readonly TypeKind[] _kinds;
    private TextWriter? _writer;

    private LocalWarehouseBulkLoad(WarehouseSession session, TypeKind[] kinds, TextWriter writer)
    {
        _session = session;
        _kinds = kinds;
        _writer = writer;
    }

    internal static LocalWarehouseBulkLoad Begin(WarehouseSession session, ObjectName name, IReadOnlyList<string> columns) =>
        BeginAsync(session, name, columns).GetAwaiter().GetResult();

    private static async Task<LocalWarehouseBulkLoad> BeginAsync(WarehouseSession session, ObjectName name, IReadOnlyList<string> columns)
    {
        var key = session.State.Resolve(name, "INSERT");
        var relation = (await session.Catalog.LoadAsync([key], CancellationToken.None).ConfigureAwait(false)).GetValueOrDefault(key);
        if (relation is null || relation.IsView) throw WarehouseErrors.ObjectNotFound("Table", key.ToString());
        var targets = DmlTranslator.Columns(relation, columns);
        await session.Transactions.StartAsync(true, CancellationToken.None).ConfigureAwait(false);
        try
        {
            var writer = await session.Link.Connection.BeginTextImportAsync(
                $"COPY {relation.Physical} ({string.Join(", ", targets.Select(c => c.Physical))}) FROM STDIN").ConfigureAwait(false);
            writer.NewLine = "\n";
            return new LocalWarehouseBulkLoad(session, [.. targets.Select(c => c.Type.Kind)], writer);
        }
        catch (Exception exception) when (PostgresErrors.Translates(exception))
        {
            await session.Transactions.FinishAsync(false).ConfigureAwait(false);
            throw PostgresErrors.Translate(exception, null);
        }
    }

    /// <summary>Writes one row; null is NULL.</summary>
    /// <exception cref="ArgumentException">The row has another number of values than the load has columns.</exception>
    public void WriteRow(params ReadOnlySpan<string?> values)
    {
        var writer = _writer ?? throw new ObjectDisposedException(nameof(LocalWarehouseBulkLoad));
        if (values.Length != _kinds.Length) throw new ArgumentException($"The row has {values.Length} values for {_kinds.Length} columns.", nameof(values));
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0) writer.Write('\t');
            if (values[i] is not { } value) writer.Write("\\N");
            else WriteValue(writer, _kinds[i], value);
        }

        writer.Write('\n');
    }

    private static void WriteValue(TextWriter writer, TypeKind kind, string value)
    {
        switch (kind)
        {
            case TypeKind.Binary:
                writer.Write("\\\\x");
                writer.Write(value);
                return;
            case TypeKind.TimestampTz:
                var time = DateTimeOffset.Parse(value, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal);
                writer.Write(System.FormattableString.Invariant($"(\"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss.ffffff}+00\",{(int)time.Offset.TotalMinutes})"));
                return;
        }

        var special = value.AsSpan().IndexOfAny("\\\t\n\r\0");
        if (special < 0)
        {
            writer.Write(value);
            return;
        }

        foreach (var c in value)
        {
            switch (c)
            {
                case '\\': writer.Write("\\\\"); break;
                case '\t': writer.Write("\\t"); break;
                case '\n': writer.Write("\\n"); break;
                case '\r': writer.Write("\\r"); break;
                case '\0': throw WarehouseErrors.Unsupported("NUL character (U+0000) in text: PostgreSQL underneath cannot store it");
                default: writer.Write(c); break;
            }
        }
    }

    /// <summary>Ends the load and keeps its rows; outside a transaction they are committed.</summary>
    /// <exception cref="LocalWarehouseException">A value does not fit its column; nothing is loaded.</exception>
    public void Complete()
    {
        var writer = _writer ?? throw new ObjectDisposedException(nameof(LocalWarehouseBulkLoad));
        _writer = null;
        try
        {
            writer.Dispose();
        }
        catch (Exception exception) when (PostgresErrors.Translates(exception))
        {
            _session.Transactions.FinishAsync(false).GetAwaiter().GetResult();
            throw PostgresErrors.Translate(exception, null);
        }

        _session.Transactions.FinishAsync(true).GetAwaiter().GetResult();
    }

    /// <summary>Abandons the load if it was not completed.</summary>
    public void Dispose()
    {
        if (_writer is not { } writer) return;
        _writer = null;
        try
        {
            if (writer is Npgsql.NpgsqlCopyTextWriter copy) copy.Cancel();
            else writer.Dispose();
        }
        catch (Exception exception) when (PostgresErrors.Translates(exception))
        {
            // The rows are being thrown away; the failure is the caller's own.
        }
        finally
        {
            _session.Transactions.FinishAsync(false).GetAwaiter().GetResult();
        }
    }
}
