using System.CommandLine;

namespace EtlTools.Cli.Commands;

internal static class DemoCommand
{
    public static Command Create(CommandRunner runner) => new("demo", "x");
}
