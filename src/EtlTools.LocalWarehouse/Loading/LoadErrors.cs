using EtlTools.LocalWarehouse.Engine;
using EtlTools.LocalWarehouse.Stages;
using Npgsql;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>The errors that end a COPY, worded and placed as Snowflake does.</summary>
internal static class LoadErrors
{
    private const string Advice =
        "\n  If you would like to continue loading when an error is encountered, use other values such as 'SKIP_FILE' or 'CONTINUE' for the ON_ERROR option."
        + " For more information on loading options, please run 'info loading_data' in a SQL client.";

    internal static LocalWarehouseException Aborted(Problem problem) => new(
        problem.Fault.Code, problem.Fault.SqlState,
        $"{problem.Fault.Message}\n  File '{problem.File}', line {problem.Line}, character {problem.Character}\n"
        + $"  Row {problem.Row}{(problem.Fault.IsParsing ? $" starts at line {problem.RowStartLine}" : "")}{(problem.Column is null ? "" : $", column {problem.Column}")}"
        + (problem.Fault.IsFatal ? "" : Advice));

    /// <summary>Names the file in an error that reading it or loading it ended with.</summary>
    internal static Exception OfFile(Exception exception, StageFile? file) => exception switch
    {
        _ when file is null => exception,
        InvalidDataException => new LocalWarehouseException(100073, "22000", $"Error while decompressing or reading the file: {exception.Message}\n  File '{file.Name}'", exception),
        FileNotFoundException or DirectoryNotFoundException => FileNotFound(file.Name),
        PostgresException postgres when PostgresErrors.Translate(postgres, null) is var error =>
            new LocalWarehouseException(error.ErrorCode, error.SqlState, error.Message[(error.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..] + $"\n  File '{file.Name}'", postgres),
        IOException or UnauthorizedAccessException => new LocalWarehouseException(253003, "58030", $"The staged file '{file.Name}' could not be read: {exception.Message}", exception),
        _ => exception,
    };

    internal static LocalWarehouseException FileNotFound(string name) => new(
        91016, "22000", $"Remote file '{name}' was not found. If you are running a copy command, please make sure files are not deleted when they are being loaded or files are not being loaded into two different tables concurrently with auto purge option.");
}
