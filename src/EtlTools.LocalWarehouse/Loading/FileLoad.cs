using EtlTools.LocalWarehouse.Engine;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>
/// Sends one file's rows to PostgreSQL by COPY while they are read: memory holds one buffer of them. A file that is skipped is
/// still read to its end, for its errors are counted, but what was sent of it is undone.
/// </summary>
internal sealed class FileLoad(StatementRun run, string copySql, ErrorRule rule, CopyText output, DateTimeOffset? deadline)
{
    private const int SendBytes = 1 << 17;

    /// <summary>Loads a file. The caller has made it undoable where the rule may skip it.</summary>
    /// <returns>False when nothing of the file was kept.</returns>
    internal async Task<bool> RunAsync(RowReader reader, FileOutcome outcome, CancellationToken cancellationToken)
    {
        var copy = await CopySink.BeginAsync(run.Session.Link.Connection, copySql).ConfigureAwait(false);
        await using (copy.ConfigureAwait(false))
        {
            await SendAsync(reader, outcome, copy, cancellationToken).ConfigureAwait(false);
            outcome.ErrorLimit = rule.LimitFor(outcome.RowsParsed);
            if (rule.Skips(outcome.RowsParsed, outcome.Errors)) return false;
            await copy.CompleteAsync().ConfigureAwait(false);
        }

        outcome.RowsLoaded = outcome.RowsParsed - outcome.Errors;
        return true;
    }

    /// <summary>Reads a file without loading it, for VALIDATION_MODE.</summary>
    internal Task ValidateAsync(RowReader reader, FileOutcome outcome, CancellationToken cancellationToken) => SendAsync(reader, outcome, null, cancellationToken);

    private async Task SendAsync(RowReader reader, FileOutcome outcome, CopySink? copy, CancellationToken cancellationToken)
    {
        output.Truncate(0);
        // Once a file is sure to be skipped its rows need not travel.
        var sends = copy is not null;
        var rows = 0L;
        while (true)
        {
            var step = reader.Next(output);
            switch (step)
            {
                case LoadStep.Row:
                    rows++;
                    if (output.Length < SendBytes) continue;
                    break;
                case LoadStep.Refused:
                    rows++;
                    Refused(reader.Problem!, outcome, copy is null);
                    sends &= !(rule is { SkipsFile: true, IsPercent: false } && outcome.Errors >= rule.Limit);
                    continue;
                case LoadStep.NeedsBytes:
                    await reader.FillAsync(cancellationToken).ConfigureAwait(false);
                    CheckTime(cancellationToken);
                    continue;
            }

            if (sends && output.Length > 0) await copy!.WriteAsync(output.Written).ConfigureAwait(false);
            output.Truncate(0);
            CheckTime(cancellationToken);
            if (step != LoadStep.End) continue;
            outcome.Parsed(rows);
            return;
        }
    }

    private void Refused(Problem problem, FileOutcome outcome, bool validates)
    {
        outcome.Refused(problem);
        if (problem.Fault.IsFatal || (!validates && rule is { Continues: false, SkipsFile: false })) throw LoadErrors.Aborted(problem);
    }

    private void CheckTime(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (TimeProvider.System.GetUtcNow() > deadline)
            throw new LocalWarehouseException(630, "57014", "Statement reached its statement or warehouse timeout and was canceled.");
    }
}
