using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using System.Text.RegularExpressions;
using Rackboot.Tests;

namespace Rackboot.Cli.Tests;

/// <summary>The program understands every command that a page of docs/, the README or its own help shows.</summary>
public sealed partial class DocumentedCommandTests
{
    public static TheoryData<string> Pages =>
        [.. Directory.EnumerateFiles(Path.Combine(CommittedPage.Root, "docs"), "*.md").Append(Path.Combine(CommittedPage.Root, "README.md"))
            .Concat(Directory.EnumerateFiles(Path.Combine(CommittedPage.Root, "examples"), "*.yaml", SearchOption.AllDirectories))
            .Select(f => Path.GetRelativePath(CommittedPage.Root, f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_is_understood(string page)
    {
        foreach (var command in Commands(page))
        {
            var parsed = RackbootCommand.Create().Parse(command);
            Assert.True(parsed.Errors.Count == 0,
                $"{page}: rackboot {string.Join(' ', command)}: {(parsed.Errors.Count > 0 ? parsed.Errors[0].Message : "")}");
            var options = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens)
                .Where(t => t.Value.StartsWith("--", StringComparison.Ordinal));
            Assert.True(!options.Any(),
                $"{page}: rackboot {string.Join(' ', command)}: there is no option {options.FirstOrDefault()?.Value}");
        }
    }

    [Fact]
    public void The_pages_show_many_commands() =>
        Assert.InRange(Pages.Sum(row => Commands(row.Data).Count()), 80, 1000);

    public static TheoryData<string> Helps => [.. Walk(RackbootCommand.Create(), "rackboot").Select(c => c.Path)];

    [Theory]
    [MemberData(nameof(Helps))]
    public async Task The_help_of_every_command_fits_80_columns_and_has_examples_that_are_understood(string path)
    {
        var help = (await Shell.RunAsync([.. path.Split(' ')[1..], "--help"])).Output;
        Assert.All(help.Split('\n'), line => Assert.True(line.Length <= 80, line));
        var examples = Continued().Replace(help, " ").Split('\n')
            .Where(l => l.StartsWith("  ", StringComparison.Ordinal)).Select(l => Gap().Split(l.Trim())[0])
            .SelectMany(Words).Where(words => words is ["rackboot", _, ..]).ToList();
        Assert.Contains(examples, words => $"{string.Join(' ', words)} ".StartsWith(path + ' ', StringComparison.Ordinal));
        foreach (var words in examples)
            Assert.True(RackbootCommand.Create().Parse(words[1..]).Errors.Count == 0, string.Join(' ', words));
    }

    private static IEnumerable<(string Path, Command Command)> Walk(Command command, string path) =>
        command.Subcommands.Where(c => !c.Hidden).SelectMany(c => Walk(c, $"{path} {c.Name}")).Prepend((path, command));

    // The lines of blocks of shell, and the comments of examples, that call rackboot.
    private static IEnumerable<string[]> Commands(string page)
    {
        var text = File.ReadAllText(Path.Combine(CommittedPage.Root, page));
        var shell = page.EndsWith(".yaml", StringComparison.Ordinal)
            ? string.Join('\n', text.Split('\n').Where(l => l.StartsWith("#   ", StringComparison.Ordinal)).Select(l => l[4..]))
            : string.Join('\n', Block().Matches(text).Select(m => m.Groups[1].Value));
        foreach (var line in shell.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
            foreach (var words in Words(line))
                if (words is [var program, .. var arguments] && Path.GetFileName(program) == "rackboot")
                    yield return [.. arguments];
    }

    // The simple commands of a line, as a shell splits it: quotes, comments, pipes and redirections; nothing is expanded.
    private static IEnumerable<List<string>> Words(string line)
    {
        var (words, word, quote) = (new List<string>(), new StringBuilder(), '\0');
        var inWord = false;
        foreach (var c in line + "\n")
            if (quote != '\0')
                _ = c == quote ? quote = '\0' : word.Append(c)[^1];
            else if (c is '\'' or '"')
                (quote, inWord) = (c, true);
            else if (c is ' ' or '|' or ';' or '&' or '\n' or '>' or '<' || c == '#' && !inWord)
            {
                if (inWord)
                    words.Add(word.ToString());
                (inWord, _) = (false, word.Clear());
                if (c == ' ')
                    continue;
                yield return words;
                words = [];
                if (c is '#')
                    yield break;
                if (c is '>' or '<')
                    words.Add(""); // the file is no command
            }
            else
                (inWord, _) = (true, word.Append(c));
    }

    // Separates a command from its description in the help.
    [GeneratedRegex(" {2,}")]
    private static partial Regex Gap();

    [GeneratedRegex(@" *\\\n *")]
    private static partial Regex Continued();

    [GeneratedRegex(@"```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
