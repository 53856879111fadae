using EtlTools.Server;

return await ServerCommand.RunAsync(args).ConfigureAwait(false);
