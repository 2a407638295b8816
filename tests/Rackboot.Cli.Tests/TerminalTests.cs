using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Rackboot.Contracts;

namespace Rackboot.Cli.Tests;

/// <summary>The program on a terminal (a pseudo-terminal of script(1)) and in a pipe.</summary>
public sealed partial class TerminalTests : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "rackboot");

    private readonly string _directory = Directory.CreateTempSubdirectory("rb-cli-pty-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("n", 1, 0)]
    [InlineData("", 1, 0)]
    [InlineData("yess", 1, 0)]
    [InlineData("y", 0, 1)]
    [InlineData("yes", 0, 1)]
    public async Task On_a_terminal_a_dangerous_command_asks_with_the_number_and_the_names_of_machines(string answer, int exit, int orders)
    {
        await using var api = await StartAsync();
        var outcome = await OnTerminalAsync($"{Program} power off -l rack=07 --socket {api.Socket}", answer + "\n");
        Assert.Contains("Power off 2 machines: node-01, node-02? [y/N]", outcome.Output, StringComparison.Ordinal);
        Assert.Equal((exit, orders), (outcome.Exit, api.Lines.Count(l => l == "POST /api/v1/power")));
        if (orders == 0)
            Assert.Contains("nothing was changed", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_question_is_asked_though_the_output_goes_into_a_pipe()
    {
        await using var api = await StartAsync();
        var outcome = await OnTerminalAsync($"{Program} power off --all --socket {api.Socket} | cat", "n\n");
        Assert.Contains("Power off 2 machines", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("POST /api/v1/power", api.Lines);
    }

    [Theory]
    [InlineData("power off --all")]
    [InlineData("power cycle -l rack=07")]
    [InlineData("power reset node-01 node-02")]
    [InlineData("power soft --all")]
    [InlineData("cluster remove prod node-01")]
    [InlineData("cluster bootstrap prod --instead-of node-01")]
    public async Task Off_a_terminal_nothing_dangerous_is_done_without_yes(string command)
    {
        await using var api = await StartAsync();
        foreach (var input in new[] { "", "y\n" })
        {
            var outcome = await Shell.RunProgramAsync(_directory, input, [.. command.Split(' '), "--socket", api.Socket]);
            Assert.Equal((ExitCode.Usage, ""), (outcome.Exit, outcome.Output));
            Assert.EndsWith("No terminal to ask on; confirm with --yes\n", outcome.Error, StringComparison.Ordinal);
        }

        Assert.All(api.Lines, l => Assert.StartsWith("GET", l, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("power off node-01")]
    [InlineData("power off --all --yes")]
    [InlineData("power on --all")]
    public async Task One_machine_and_what_is_harmless_need_no_yes(string command)
    {
        await using var api = await StartAsync();
        var outcome = await Shell.RunProgramAsync(_directory, "", [.. command.Split(' '), "--wait", "false", "--socket", api.Socket]);
        Assert.Equal(ExitCode.Ok, outcome.Exit);
        Assert.Contains("POST /api/v1/power", api.Lines);
    }

    [Theory]
    [InlineData("watch")]
    [InlineData("get machines --watch")]
    public async Task What_follows_ends_when_nobody_reads_it_any_more(string command)
    {
        await using var api = await StartAsync();
        api.Answer("GET /api/v1/status", Rack.Status);
        api.Answer("GET /api/v1/events", async http =>
        {
            http.Response.ContentType = "text/event-stream";
            await http.Response.WriteAsync(
                $"data: {System.Text.Json.JsonSerializer.Serialize(Rack.Event(1, "node-01", "one"), Document.Json)}\n\n");
            await http.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var outcome = await OnTerminalAsync($"set -o pipefail; {Program} {command} --socket {api.Socket} | head -1", "");
        Assert.Equal(0, outcome.Exit);
    }

    [Fact]
    public async Task Tables_fit_a_terminal_of_80_columns()
    {
        await using var api = await StartAsync();
        foreach (var command in new[] { "get machines", "get machines --show-labels", "get boots", "get leases" })
        {
            var outcome = await OnTerminalAsync($"stty cols 80; {Program} {command} --socket {api.Socket}", "");
            Assert.All(outcome.Output.Split('\n'), line => Assert.InRange(Escapes().Replace(line, "").TrimEnd('\r').Length, 0, 80));
        }
    }

    // The runtime puts the terminal into its keypad mode.
    [GeneratedRegex(@"\x1b(\[[0-9;?]*[a-zA-Z]|[=>])")]
    private static partial Regex Escapes();

    private static async Task<FakeApi> StartAsync()
    {
        var api = await FakeApi.StartAsync();
        api.Answer("GET /api/v1/machines", new ItemList<Machine>([Rack.Machine("node-01"), Rack.Machine("node-02")]));
        api.Answer("GET /api/v1/boots", new ItemList<Boot>([Rack.Boot("01980000000070008000000000000001")]));
        api.Answer("GET /api/v1/leases", new ItemList<Lease>([Rack.Lease("10.200.100.122", "a-host-name-of-some-length")]));
        var done = new PowerProgress("node-01", PowerStep.Done, "is off", PowerState.Off, 1);
        api.Answer("POST /api/v1/power", Rack.Operation(done), 202);
        api.Answer("GET /api/v1/operations/o1/progress", http =>
        {
            http.Response.ContentType = "text/event-stream";
            return http.Response.WriteAsync($"data: {System.Text.Json.JsonSerializer.Serialize(done, Document.Json)}\n\n");
        });
        return api;
    }

    // What is typed is given to the terminal, and so is an end of input.
    private async Task<Outcome> OnTerminalAsync(string command, string typed)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script(1) of bsdutils is missing");
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/script", ["-qec", $"bash -c '{command}'", "/dev/null"])
        {
            WorkingDirectory = _directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await process.StandardInput.WriteAsync(typed);
        await process.StandardInput.FlushAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new Outcome(process.ExitCode, output, "");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
