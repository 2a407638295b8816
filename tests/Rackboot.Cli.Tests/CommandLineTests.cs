using System.CommandLine;

namespace Rackboot.Cli.Tests;

public sealed class CommandLineTests
{
    public static TheoryData<string> Commands
    {
        get
        {
            var data = new TheoryData<string>();
            foreach (var path in Paths(RackbootCommand.Create(), ""))
                data.Add(path);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_teaches_itself_with_an_example(string command)
    {
        var (exit, output, _) = await RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal(ExitCode.Ok, exit);
        Assert.Matches("Example|Start here", output);
        Assert.Contains("rackboot ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("get machines")]
    [InlineData("explain node-01")]
    [InlineData("asset list")]
    [InlineData("watch")]
    public async Task A_daemon_that_is_not_there_is_named_with_the_remedy(string command)
    {
        var (exit, output, error) = await RunAsync([.. command.Split(' '), "--socket", "/nowhere/rackboot.sock"]);
        Assert.Equal((ExitCode.Unreachable, ""), (exit, output));
        Assert.Contains("not reachable at /nowhere/rackboot.sock: is rackbootd running?", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("get nonsense")]
    [InlineData("frobnicate")]
    [InlineData("apply")]
    [InlineData("delete")]
    [InlineData("asset import --kernel x")]
    [InlineData("asset import --ipxe arm64 /nowhere/file")]
    [InlineData("apply -f /nowhere/rack.yaml")]
    public async Task Wrong_usage_and_input_exit_with_2(string command) =>
        Assert.Equal(ExitCode.Usage, (await RunAsync(command.Split(' '))).Exit);

    [Fact]
    public async Task Every_mistake_in_every_file_is_reported_before_anything_is_sent()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "apiVersion: v1alpha1\nkind: Machine\nname: a\nmac: x\n---\nkind: Profile\n");
        var (exit, _, error) = await RunAsync(["apply", "-f", file, "--socket", "/nowhere/rackboot.sock"]);
        Assert.Equal(ExitCode.Usage, exit);
        Assert.Equal([$"{file}:4: mac: unknown field; did you mean macs?",
            $"{file}:6: apiVersion: is missing; allowed: v1alpha1", $"{file}:6: name: is missing"], error.TrimEnd().Split('\n'));
        File.Delete(file);
    }

    [Fact]
    public async Task A_wrong_file_is_found_before_it_is_sent()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, new byte[1000]);
        var (exit, _, error) =
            await RunAsync(["asset", "import", "--version", "v1.14.0", "--kernel", file, "--socket", "/nowhere/rackboot.sock"]);
        Assert.Equal(ExitCode.Usage, exit);
        Assert.Contains("is not an amd64 Linux kernel", error, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Completion_scripts_ask_this_program(string shell) =>
        Assert.Contains("[suggest:", (await RunAsync(["completion", shell])).Output, StringComparison.Ordinal);

    private static async Task<(int Exit, string Output, string Error)> RunAsync(string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = await RackbootCommand.RunAsync(arguments, new InvocationConfiguration { Output = output, Error = error });
        return (exit, output.ToString(), error.ToString());
    }

    private static IEnumerable<string> Paths(Command command, string path) =>
        command.Subcommands.Where(c => !c.Hidden).SelectMany(c => Paths(c, $"{path} {c.Name}")).Prepend(path);
}
