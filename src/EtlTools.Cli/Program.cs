using EtlTools.Cli;

var surroundings = CommandSurroundings.OfThisProcess();
using var stop = new StopSignals(Console.Error, surroundings.StopNotice);
return (int)await EtlCommandLine.RunAsync(args, surroundings, stop.Token);
