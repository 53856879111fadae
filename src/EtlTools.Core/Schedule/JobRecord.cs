using System.Text.Json;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Schedule;

/// <summary>A job as one line of ASCII JSON, kept with what is registered so that a listing shows the job and not its rendering.</summary>
internal static class JobRecord
{
    /// <summary>Writes a job.</summary>
    public static string Write(ScheduledJob job) => JsonSerializer.Serialize(new Fields(
        job.Name, job.Interval.ToString(), job.Program, [.. job.Arguments], job.WorkingFolder, job.Log));

    /// <summary>Reads a job; null when the text is not one this version understands.</summary>
    public static ScheduledJob? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Fields>(text) is { Name: not null, Program: not null, Arguments: not null, Folder: not null } fields
                && fields.Every is not null && ScheduleInterval.TryParse(fields.Every, out var interval)
                ? ScheduledJob.Create(fields.Name, interval, [fields.Program, .. fields.Arguments], fields.Folder, fields.Log)
                : null;
        }
        catch (Exception e) when (e is JsonException or ConfigurationException)
        {
            return null;
        }
    }

    private sealed record Fields(string Name, string Every, string Program, string[] Arguments, string Folder, string? Log);
}
