using EtlTools.LocalWarehouse.Catalog;
using EtlTools.LocalWarehouse.Engine;
using EtlTools.LocalWarehouse.Sql.Translation;
using EtlTools.LocalWarehouse.Stages;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>
/// The files a table has taken in the last 64 days, and the rows its last COPY of each session refused. Both are written with
/// the rows, in their transaction.
/// </summary>
internal sealed class LoadHistory(StatementRun run, WarehouseRelation table)
{
    private PostgresLink Link => run.Session.Link;

    /// <summary>Keeps two sessions from loading the same file into the table at once: the second one waits, and then knows of it.</summary>
    internal Task LockAsync(CancellationToken cancellationToken) =>
        Link.RunAsync("SELECT pg_advisory_xact_lock(hashtextextended('sf_load', $1))", cancellationToken, table.Id);

    /// <summary>Those of the files that were not loaded before, or have changed since.</summary>
    internal async Task<List<StageFile>> NewAsync(List<StageFile> files, CancellationToken cancellationToken)
    {
        if (files.Count == 0) return files;
        var loaded = await Link.QueryAsync(
            "SELECT path, size, modified FROM sf_load WHERE relation_id = $1 AND stage = $2 AND status <> 'LOAD_FAILED' AND loaded_at > now() - interval '64 days'",
            r => (Path: r.GetString(0), Size: r.GetInt64(1), Modified: r.GetDateTime(2)), cancellationToken, table.Id, Key(files[0])).ConfigureAwait(false);
        var known = loaded.Select(l => (l.Path, l.Size, l.Modified)).ToHashSet();
        return files.FindAll(f => !known.Contains((f.Path, f.Size, Modified(f))));
    }

    internal async Task KeepAsync(IReadOnlyList<FileOutcome> outcomes, CancellationToken cancellationToken)
    {
        await Link.RunAsync("DELETE FROM sf_load WHERE relation_id = $1 AND loaded_at < now() - interval '64 days'", cancellationToken, table.Id).ConfigureAwait(false);
        foreach (var o in outcomes)
        {
            await Link.RunAsync(
                """
                INSERT INTO sf_load (relation_id, stage, path, file, size, modified, status, rows_parsed, rows_loaded, errors, error_limit,
                    first_error, first_error_line, first_error_character, first_error_column)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, nullif($12, ''), nullif($13, 0), nullif($14, 0), nullif($15, ''))
                ON CONFLICT (relation_id, stage, path) DO UPDATE SET size = excluded.size, modified = excluded.modified, loaded_at = excluded.loaded_at, status = excluded.status,
                    rows_parsed = excluded.rows_parsed, rows_loaded = excluded.rows_loaded, errors = excluded.errors, error_limit = excluded.error_limit, first_error = excluded.first_error,
                    first_error_line = excluded.first_error_line, first_error_character = excluded.first_error_character, first_error_column = excluded.first_error_column
                """, cancellationToken,
                table.Id, Key(o.File), o.File.Path, o.File.Name, o.File.Size, Modified(o.File), o.Status, o.RowsParsed, o.RowsLoaded, o.Errors, o.ErrorLimit,
                o.First?.Fault.Message ?? "", o.First?.Line ?? 0, o.First?.Character ?? 0, o.First?.Column ?? "").ConfigureAwait(false);
        }
    }

    /// <summary>Keeps the refused rows for VALIDATE in place of those of the session's COPY before.</summary>
    internal async Task KeepProblemsAsync(IEnumerable<Problem> problems, CancellationToken cancellationToken)
    {
        await Link.RunAsync("DELETE FROM sf_load_error WHERE relation_id = $1 AND session_pid = pg_backend_pid()", cancellationToken, table.Id).ConfigureAwait(false);
        var output = new CopyText();
        var ordinal = 0L;
        foreach (var problem in problems)
        {
            var prefix = (string?[])[SqlText.Number(table.Id), run.QueryId, run.State.SessionId, SqlText.Number(ordinal++)];
            string?[] values = [.. prefix, .. Row(problem)];
            for (var i = 0; i < values.Length; i++)
            {
                if (i > 0) output.Byte((byte)'\t');
                if (values[i] is { } value) output.Text(System.Text.Encoding.UTF8.GetBytes(value.Replace('\0', '\uFFFD')));
                else output.Null();
            }

            output.Byte((byte)'\n');
        }

        if (output.Length == 0) return;
        var copy = await CopySink.BeginAsync(Link.Connection, "COPY sf_load_error (relation_id, query_id, session_pid, ordinal, error, file, line, \"character\", byte_offset, category, code, sql_state, column_name, row_number, row_start_line, rejected_record) FROM STDIN").ConfigureAwait(false);
        await using (copy.ConfigureAwait(false))
        {
            await copy.WriteAsync(output.Written).ConfigureAwait(false);
            await copy.CompleteAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The columns VALIDATE shows of a refused row.</summary>
    internal static string?[] Row(Problem p) =>
    [
        p.Fault.Message, p.File, SqlText.Number(p.Line), SqlText.Number(p.Character), SqlText.Number(p.ByteOffset), p.Fault.IsParsing ? "parsing" : "conversion",
        SqlText.Number(p.Fault.Code), p.Fault.SqlState, p.Column, SqlText.Number(p.Row), SqlText.Number(p.RowStartLine), p.Record,
    ];

    private static string Key(StageFile file) => Path.GetFileName(file.Stage.Folder);

    /// <summary>The time of change as PostgreSQL keeps it.</summary>
    private static DateTime Modified(StageFile file) => new(file.Modified.Ticks - (file.Modified.Ticks % TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc);
}
