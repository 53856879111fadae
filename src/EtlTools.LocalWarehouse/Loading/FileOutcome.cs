using EtlTools.LocalWarehouse.Stages;

namespace EtlTools.LocalWarehouse.Loading;

/// <summary>What became of one file.</summary>
internal sealed class FileOutcome(StageFile file)
{
    /// <summary>Refused rows beyond this number are counted but not kept for VALIDATE.</summary>
    private const int MostKept = 10_000;

    internal StageFile File => file;

    internal long RowsParsed { get; private set; }

    internal long RowsLoaded { get; set; }

    internal long Errors { get; private set; }

    internal long ErrorLimit { get; set; }

    internal List<Problem> Problems { get; } = [];

    internal Problem? First => Problems.Count > 0 ? Problems[0] : null;

    internal string Status => Errors == 0 ? "LOADED" : RowsLoaded == 0 ? "LOAD_FAILED" : "PARTIALLY_LOADED";

    internal void Parsed(long rows) => RowsParsed += rows;

    internal void Refused(Problem problem)
    {
        Errors++;
        if (Problems.Count < MostKept) Problems.Add(problem);
    }
}
