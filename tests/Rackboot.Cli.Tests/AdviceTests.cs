using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Rackboot.Tests;

namespace Rackboot.Cli.Tests;

/// <summary>What <c>rackboot explain</c> advises, as docs/explain.md shows it, can be typed as printed.</summary>
public sealed partial class AdviceTests
{
    public static TheoryData<string> Commands =>
        [.. Command().Matches(File.ReadAllText(Path.Combine(CommittedPage.Root, "docs/explain.md")))
            .Select(m => m.Value.TrimEnd('.', ' ')).Distinct()];

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_that_is_advised_can_be_typed_as_printed(string command)
    {
        var result = RackbootCommand.Create().Parse(CommandLineParser.SplitCommandLine(command).Skip(1).ToArray());
        if (!command.EndsWith(" --help", StringComparison.Ordinal)) // it lacks what it asks about
            Assert.Empty(result.Errors.Select(e => e.Message));
        Assert.Empty(result.UnmatchedTokens);
    }

    [GeneratedRegex(@"(?<![`/\w])rackboot (?!explain`)[a-z]+( (?!with |if |and |refused |for |says )[^\s,;()`|]+(?<!:))*")]
    private static partial Regex Command();
}
