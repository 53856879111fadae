using System.Data.Common;
using System.Globalization;
using EtlTools.Core.Errors;
using EtlTools.Core.Snowflake;
using EtlTools.Core.State;

namespace EtlTools.Core.Backfill;

/// <summary>
/// The files of a plan that was given up: what its partitions have unloaded to the stage, and folders that killed workers of this machine
/// have left. Everything of a plan lies below its id, so nothing of another one is touched.
/// </summary>
internal static class LeftFiles
{
    /// <summary>Where a plan's partitions unload to, without a slash at the end.</summary>
    public static SnowflakeStage StageOf(Guid plan) => new(string.Create(CultureInfo.InvariantCulture, $"@~/etl_tools/backfill/{plan:N}"));

    /// <summary>The owner of a plan's local folders.</summary>
    public static string OwnerOf(EtlServices services, Guid plan) => $"{services.Postgres} {plan}";

    /// <summary>Removes them. What cannot be removed is in nobody's way.</summary>
    /// <returns>What a person should know; null when they are gone.</returns>
    public static async Task<string?> RemoveAsync(EtlServices services, BackfillPlan plan, CancellationToken stop)
    {
        UnloadFolder.Clear(services.Settings.WorkDirectory, OwnerOf(services, plan.Id));
        var stage = StageOf(plan.Id);
        try
        {
            var session = new SnowflakeSession(services, $"etl-tools backfill {plan.Name}");
            await using (session.ConfigureAwait(false))
                await session.RunAsync((connection, token) => stage.RemoveAsync(connection, token), stop).ConfigureAwait(false);
            return null;
        }
        catch (Exception failure) when (failure is DbException or EtlException || SnowflakeErrors.IsTransient(failure))
        {
            return $"Files of the plan that was given up could not be removed from the stage: {Failure.Of(failure).Message} To remove them: REMOVE {stage.Sql}";
        }
    }
}
