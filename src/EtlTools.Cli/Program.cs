using EtlTools.Cli;

using var stop = new StopSignals(Console.Error);
return (int)await EtlCommandLine.RunAsync(args, CommandSurroundings.OfThisProcess(), stop.Token);
