using EtlTools.Benchmarks;

// The benchmarks of the project. Each prints its figures beside a baseline measured in the same run.
//   dotnet run -c Release --project tests/EtlTools.Benchmarks -- sync|backfill [--rows 1000000] [--repeat 3]
return args switch
{
    ["sync", .. var rest] => await SyncBenchmark.RunAsync(Arguments.Parse(rest)),
    ["sync-once", var job] => await SyncOnce.RunAsync(job),
    ["backfill", .. var rest] => await BackfillBenchmark.RunAsync(Arguments.Parse(rest)),
    ["backfill-once", var job] => await BackfillOnce.RunAsync(job),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: dotnet run -c Release --project tests/EtlTools.Benchmarks -- sync|backfill [--rows N]... [--repeat N]");
    return 2;
}
