using System.CommandLine;

namespace EtlTools.Cli.Parsing;

/// <summary>The argument <c>TABLE</c>.</summary>
internal static class TableArgument
{
    private const string Meaning = "Name, source or target of a table in the YAML file; * stands for any characters.";

    /// <summary>Any number of tables; none means all.</summary>
    public static Argument<string[]> Any() => new("TABLE") { Description = Meaning + " All tables when left out.", Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Exactly one table.</summary>
    public static Argument<string> One() => new("TABLE") { Description = Meaning };
}
