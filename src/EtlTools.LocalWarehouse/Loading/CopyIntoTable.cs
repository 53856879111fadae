using EtlTools.LocalWarehouse.Engine;
using EtlTools.LocalWarehouse.Errors;
using EtlTools.LocalWarehouse.Files;
using EtlTools.LocalWarehouse.Sql.Ast;
using EtlTools.LocalWarehouse.Stages;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>COPY INTO a table: chooses the files, loads one after the other, remembers them, answers with a row for each.</summary>
internal sealed class CopyIntoTable(StatementRun run, CopyIntoTableStatement copy)
{
    internal async Task<StatementResult> RunAsync(CancellationToken cancellationToken)
    {
        var options = CopyOptions.Parse(copy.Options);
        var context = await run.ContextAsync(cancellationToken).ConfigureAwait(false);
        var table = context.Table(copy.Table);
        if (table.Id == 0) throw WarehouseErrors.ObjectNotFound("Table", table.Key.ToString());
        var place = await run.Session.StageCatalog.FindAsync(copy.Stage, cancellationToken).ConfigureAwait(false);
        var format = options.Format is null
            ? await FileFormat.OfStageAsync(place.Stage, run.Session.StageCatalog, cancellationToken).ConfigureAwait(false)
            : await FileFormat.ResolveAsync(options.Format, run.Session.StageCatalog, run.State.Database, run.State.Schema, cancellationToken).ConfigureAwait(false);
        var load = new LoadTarget(run, copy, table, context, options, format);
        load.Check();
        var history = new LoadHistory(run, table);
        var files = Files(place, options);
        if (options.ValidatesOnly) return await ValidateAsync(load, files, cancellationToken).ConfigureAwait(false);

        var outcomes = await LoadAsync(load, files, history, options, cancellationToken).ConfigureAwait(false);
        if (outcomes.Count == 0) return run.Status("Copy executed with 0 files processed.", StatementType.Copy);
        if (options.Purge) Purge(outcomes);
        return CopyResult.Of(run, outcomes, options);
    }

    private static List<StageFile> Files(StagePlace place, CopyOptions options)
    {
        if (options.Files is { } names)
        {
            var folder = place.Path.Length == 0 || place.Path.EndsWith('/') ? place.Path : place.Path + "/";
            var files = names.Distinct(StringComparer.Ordinal).Select(n => (Name: folder + n, File: StageStore.Find(place.Stage, folder + n))).ToList();
            var missing = files.Find(f => f.File is null).Name;
            if (missing is not null && options.OnError is { Continues: false, SkipsFile: false }) throw LoadErrors.FileNotFound(place.Stage.Label + missing);
            return [.. files.Where(f => f.File is not null).Select(f => f.File!)];
        }

        var found = StageStore.List(place);
        return options.Pattern is { } pattern ? found.FindAll(f => pattern.Matches(f.Path[place.Path.Length..].TrimStart('/'))) : found;
    }

    private async Task<List<FileOutcome>> LoadAsync(
        LoadTarget load, List<StageFile> files, LoadHistory history, CopyOptions options, CancellationToken cancellationToken)
    {
        await run.Session.Transactions.StartAsync(true, cancellationToken).ConfigureAwait(false);
        var outcomes = new List<FileOutcome>();
        try
        {
            await history.LockAsync(cancellationToken).ConfigureAwait(false);
            if (!options.Force) files = await history.NewAsync(files, cancellationToken).ConfigureAwait(false);
            await load.BeginAsync(cancellationToken).ConfigureAwait(false);
            var size = 0L;
            foreach (var file in files)
            {
                // The file that passes SIZE_LIMIT is the last.
                if (size >= options.SizeLimit) break;
                var outcome = new FileOutcome(file);
                outcomes.Add(outcome);
                await load.FileAsync(outcome, cancellationToken).ConfigureAwait(false);
                size += file.Size;
            }

            await load.EndAsync(cancellationToken).ConfigureAwait(false);
            await history.KeepAsync(outcomes, cancellationToken).ConfigureAwait(false);
            await history.KeepProblemsAsync(outcomes.SelectMany(o => o.Problems), cancellationToken).ConfigureAwait(false);
            await run.Session.Transactions.FinishAsync(true).ConfigureAwait(false);
            return outcomes;
        }
        catch (Exception exception)
        {
            await run.Session.Transactions.FinishAsync(false).ConfigureAwait(false);
            throw LoadErrors.OfFile(exception, outcomes.Count > 0 ? outcomes[^1].File : null);
        }
    }

    private static async Task<StatementResult> ValidateAsync(LoadTarget load, List<StageFile> files, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        foreach (var file in files)
        {
            var outcome = new FileOutcome(file);
            try
            {
                await load.ValidateAsync(outcome, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or InvalidDataException)
            {
                throw LoadErrors.OfFile(exception, file);
            }

            problems.AddRange(outcome.Problems);
        }

        return CopyResult.Of(load.Run, problems);
    }

    private static void Purge(List<FileOutcome> outcomes)
    {
        foreach (var outcome in outcomes.Where(o => o.Status == "LOADED"))
        {
            try
            {
                StageStore.Remove(outcome.File);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // As in Snowflake, a purge that fails is no error: the rows are loaded, and the history keeps them from coming twice.
            }
        }
    }
}
