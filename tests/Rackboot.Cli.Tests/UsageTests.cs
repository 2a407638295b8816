using System.CommandLine;
using Rackboot.Contracts;

namespace Rackboot.Cli.Tests;

/// <summary>Command lines that are wrong: told in two lines, and nothing is done.</summary>
public sealed class UsageTests
{
    private const string Option = "--no-such-option";

    /// <summary>Every command that does something, with what it cannot do without.</summary>
    public static TheoryData<string> Commands
    {
        get
        {
            var data = new TheoryData<string>();
            foreach (var (path, command) in Walk(RackbootCommand.Create(), "").Where(c => c.Command.Action is not null))
                data.Add(string.Join(' ', [path, .. command.Arguments.Select(Word),
                    .. command.Options.Where(o => o.Required).Select(o => $"{o.Name} x")]).TrimEnd());
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task An_option_that_a_command_does_not_have_is_refused_and_nothing_is_asked(string line)
    {
        await using var api = await FakeApi.StartAsync();
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var arguments in new string[][] { [.. words, Option], [.. words, Option + "=5"], [.. words, Option, "value"] })
        {
            var outcome = await Shell.RunAsync(api, arguments);
            Assert.Equal((ExitCode.Usage, ""), (outcome.Exit, outcome.Output));
            var lines = outcome.Error.TrimEnd('\n').Split('\n');
            Assert.Equal(2, lines.Length);
            Assert.StartsWith($"rackboot: there is no option {Option}", lines[0], StringComparison.Ordinal);
            Assert.Matches("^see: rackboot [a-z -]+ --help$", lines[1]);
        }

        Assert.Empty(api.Requests);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_fits_a_terminal_names_no_machine_and_asks_nobody(string line)
    {
        await using var api = await FakeApi.StartAsync();
        api.Answer("GET /api/v1/machines", new ItemList<Machine>([Rack.Machine("node-0815")]));
        var help = await Shell.RunAsync(api, [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal(ExitCode.Ok, help.Exit);
        Assert.DoesNotContain("node-0815", help.Output, StringComparison.Ordinal);
        Assert.DoesNotMatch("Rackboot\\.(?!Cli\\.Tests)|System\\.|Nullable", help.Output);
        Assert.Empty(api.Requests);
    }

    [Theory]
    [InlineData("power off --al", "there is no option --al; did you mean --all?", "rackboot power off")]
    [InlineData("delete machine a --dryrun", "there is no option --dryrun; did you mean --dry-run?", "rackboot delete")]
    [InlineData("frobnicate", "there is no command \"frobnicate\"", "rackboot")]
    [InlineData("describ machine a", "there is no command \"describ\"; did you mean describe?", "rackboot")]
    [InlineData("power of node-01", "there is no command \"of\"; did you mean off?", "rackboot power")]
    [InlineData("power", "missing command; one of: on, off, cycle, reset, soft, status, identify, follow", "rackboot power")]
    [InlineData("explain", "missing MACHINE", "rackboot explain")]
    [InlineData("explain a b", "unexpected argument \"b\"", "rackboot explain")]
    [InlineData("apply", "missing option --filename FILE", "rackboot apply")]
    [InlineData("apply -f", "--filename needs a value: --filename FILE", "rackboot apply")]
    [InlineData("get machines -o jsn", "\"jsn\" is not allowed for --output; did you mean json?", "rackboot get")]
    [InlineData("get machines -o 3", "\"3\" is not allowed for --output; allowed: json, name, table, wide, yaml", "rackboot get")]
    [InlineData("get machines -o json -o yaml", "--output is given 2 times; give it once", "rackboot get")]
    [InlineData("power on a --boot netwrok", "\"netwrok\" is not allowed for --boot; did you mean network?", "rackboot power on")]
    [InlineData("console a --log --tail many", "--tail takes a whole number, not \"many\"", "rackboot console")]
    [InlineData("get machnes", "there is no kind \"machnes\"; did you mean machines?", "rackboot get")]
    [InlineData("get nonsense",
        "there is no kind \"nonsense\"; allowed: machines, profiles, clusters, providers, credentials, assets, leases, boots",
        "rackboot get")]
    [InlineData("get machines --state boting", "\"boting\" is not allowed for --state; did you mean booting?", "rackboot get")]
    [InlineData("get machines --sort-by sen", "machines have no column sen; did you mean seen?", "rackboot get")]
    [InlineData("get leases --power on", "--state, --stage and --power select machines, not leases", "rackboot get")]
    [InlineData("explain profile/default", "\"profile/default\" is not a machine; give node-01 or machine/node-01",
        "rackboot explain")]
    [InlineData("completion tcsh", "\"tcsh\" is not allowed for SHELL; did you mean bash?", "rackboot completion")]
    public async Task A_mistake_takes_two_lines_that_name_it_and_where_to_look(string line, string mistake, string command)
    {
        await using var api = await FakeApi.StartAsync();
        Assert.Equal(new Outcome(ExitCode.Usage, "", $"rackboot: {mistake}\nsee: {command} --help\n"),
            await Shell.RunAsync(api, line.Split(' ')));
        Assert.Empty(api.Requests);
    }

    [Theory]
    [InlineData("get machine/node-01 -o name")]
    [InlineData("get m/node-01 -o name")]
    [InlineData("get machine node-01 -o name")]
    public async Task A_thing_may_be_named_with_its_kind(string line)
    {
        await using var api = await FakeApi.StartAsync();
        api.Answer("GET /api/v1/machines/node-01", Rack.Machine("node-01"));
        Assert.Equal(new Outcome(ExitCode.Ok, "machine/node-01\n", ""), await Shell.RunAsync(api, line.Split(' ')));
    }

    [Fact]
    public async Task Things_of_several_kinds_are_shown_one_after_the_other()
    {
        await using var api = await FakeApi.StartAsync();
        api.Answer("GET /api/v1/machines/node-01", Rack.Machine("node-01"));
        api.Answer("GET /api/v1/profiles", new ItemList<Profile>([Rack.Profile("default")]));
        Assert.Equal("machine/node-01\nprofile/default\n",
            (await Shell.RunAsync(api, "get", "machine/node-01", "profile/default", "-o", "name")).Output);
    }

    private static string Word(Argument argument) => argument.Name switch { "kind" => "machine", "shell" => "bash", _ => "x" };

    private static IEnumerable<(string Path, Command Command)> Walk(Command command, string path) =>
        command.Subcommands.SelectMany(c => Walk(c, $"{path} {c.Name}")).Prepend((path.TrimStart(), command));
}
