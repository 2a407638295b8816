using System.Diagnostics;
using Rackboot.Contracts;
using Rackboot.Lab.Rack;

namespace Rackboot.EndToEnd.Console;

/// <summary>A machine's console, from an operator's terminal through the program, the daemon and a BMC to the serial port and
/// back.</summary>
public sealed class ConsoleTests : IAsyncLifetime
{
    private const int SigHup = 1, SigTerm = 15, SigCont = 18, SigTstp = 20;

    private VirtualRack _rack = null!;
    private IpmiRackSimulator _bmc = null!;

    public async ValueTask InitializeAsync()
    {
        _rack = await TestRack.StartAsync();
        _bmc = await IpmiRackSimulator.StartAsync(_rack, IpmiRackSimulator.Password, withConsole: true);
        _bmc.Write("power", "1");
        await _rack.Client.PutCredentialAsync(new Credential { Name = "bmc", Username = "admin", Password = IpmiRackSimulator.Password });
        await _rack.Client.PutMachineAsync(new Machine
        {
            Name = "node-01", Serial = "S-1",
            Bmc = new MachineBmc { Driver = BmcDriver.Ipmi, Address = IpmiRackSimulator.Address, Credential = "bmc" },
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_bmc is not null)
            await _bmc.DisposeAsync();
        if (_rack is not null)
            await _rack.DisposeAsync();
    }

    [Fact]
    public async Task Two_watch_one_types_the_other_takes_over_and_every_end_leaves_the_terminal_as_it_was()
    {
        await using var alice = Open();
        await alice.WaitForAsync("[rackboot: connected to node-01; ~? lists the keys]");
        Assert.Equal("raw", await alice.ModeAsync());
        Assert.DoesNotContain(
            "\u001b[?1h", alice.Screen[(alice.Screen.IndexOf("\u001b[?1l", StringComparison.Ordinal) + 1)..], StringComparison.Ordinal);
        await alice.TypeAsync("hello\r");
        await alice.WaitForAsync("you said: hello");

        await using var bob = Open();
        await bob.WaitForAsync("you said: hello");
        await bob.WaitForAsync("is typing; you are watching; ~w takes over]");
        await bob.TypeAsync("x\r");
        await bob.WaitForAsync("your input is discarded until you take over]");
        await bob.TypeAsync("~w");
        await bob.WaitForAsync("[rackboot: you can type]");
        await alice.WaitForAsync("took over typing; you are watching; ~w takes over");
        await bob.TypeAsync("world\u0003\r");
        await bob.WaitForAsync("you said: world\u0003");
        await alice.WaitForAsync("you said: world\u0003");
        await bob.TypeAsync("~b");
        await bob.TypeAsync("b\r"); // ipmi_sim passes a break on with what is typed next
        await alice.WaitForAsync("[break]");
        await bob.TypeAsync("~?");
        await bob.WaitForAsync("~. disconnects, ~w takes over typing");
        await bob.TypeAsync("~.");
        Assert.Equal((0, "cooked"), await bob.ExitAsync());

        await alice.SignalAsync(SigTstp);
        await alice.WaitForModeAsync("cooked");
        await alice.SignalAsync(SigCont);
        await alice.WaitForModeAsync("raw");
        await alice.SignalAsync(SigTerm);
        Assert.Equal("cooked", (await alice.ExitAsync()).Mode);

        await using var carol = Open("--watch");
        await carol.WaitForAsync("connected");
        await carol.SignalAsync(SigHup);
        Assert.Equal((-SigHup, "cooked"), await carol.ExitAsync());
        await using var dave = Open("--watch");
        await dave.WaitForAsync("connected");
        await dave.TypeAsync("\u0003");
        Assert.Equal((0, "cooked"), await dave.ExitAsync());
        var events = await EventsAsync();
        Assert.Contains(events, e => e.Kind == "console.taken" && e.Text.Contains("takes over the console from", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pipes_type_and_read_and_the_log_outlives_the_daemon_and_holds_what_no_other_log_does()
    {
        var (exit, output, error) = await RunAsync("uname\r", "console", "node-01");
        Assert.Equal((0, ""), (exit, error));
        Assert.Contains("you said: uname\r\n", output, StringComparison.Ordinal);

        await using var alice = Open("--escape", "^]");
        await alice.WaitForAsync("^]? lists the keys]");
        Assert.Equal(4, (await RunAsync("reboot\r", "console", "node-01")).Exit);
        await alice.TypeAsync("~.\r");
        await alice.WaitForAsync("you said: ~.");
        await _rack.StopDaemonAsync();
        await alice.WaitForAsync("[rackboot: the console of node-01 ended: the daemon is stopping]");
        Assert.Equal((1, "cooked"), await alice.ExitAsync());
        Assert.Equal(5, (await RunAsync("", "console", "node-01")).Exit);

        await _rack.StartDaemonAsync();
        (exit, output, _) = await RunAsync("", "console", "--log", "node-01");
        Assert.Equal(0, exit);
        Assert.Contains("you said: uname\r\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("reboot", output, StringComparison.Ordinal);
        Assert.Equal("you said: ~.\r\n", (await RunAsync("", "console", "--log", "node-01", "--tail", "1")).Output);
        await using var reader = Open("--log", "-f", "--tail", "3");
        await reader.WaitForAsync("you said: ~.");
        await using var bob = Open("--take-over");
        await bob.WaitForAsync("you said: ~.");
        await bob.WaitForAsync("connected");
        await bob.TypeAsync("\u001b[2Jagain\r");
        await reader.WaitForAsync("you said: again");
        Assert.DoesNotContain("\u001b[2J", reader.Screen, StringComparison.Ordinal);
        await bob.TypeAsync("~.");
        Assert.Equal((0, "cooked"), await bob.ExitAsync());

        var daemon = await File.ReadAllTextAsync(_rack.DaemonLog);
        Assert.DoesNotContain("you said", daemon, StringComparison.Ordinal);
        Assert.All((await EventsAsync()).Select(e => e.Text).Append(daemon).Append(alice.Screen),
            text => Assert.DoesNotContain(IpmiRackSimulator.Password, text, StringComparison.Ordinal));
        var log = Path.Combine(Path.GetDirectoryName(_rack.DaemonLog)!, "data", "console", "node-01", "console.log");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(log));
    }

    [Fact]
    public async Task Every_command_of_the_page_was_run()
    {
        await RunAsync("\r", "console", "node-01");
        var page = await File.ReadAllTextAsync(
            Path.Combine(Directory.GetParent(TestRack.ProgramDirectory)!.FullName, "docs", "console.md"));
        var lines = page.Split("```sh\n").Skip(1).SelectMany(b => b.Split("```")[0].Split('\n')).Select(l => l.Split(" # ")[0].Trim())
            .Where(l => l.Length > 0).ToList();
        Assert.Equal(7, lines.Count);
        foreach (var line in lines)
        {
            await using var shell = TerminalProgram.Start("sh", "-c",
                $"export PATH={TestRack.ProgramDirectory}:$PATH RACKBOOT_SOCKET={_rack.Socket}; "
                    + $"{(line.Contains('|', StringComparison.Ordinal)
                        ? ""
                        : "exec ")}{line.Replace("/run/rackboot/rackboot.sock", _rack.Socket, StringComparison.Ordinal)}");
            await shell.WaitForAsync(line.EndsWith("/console", StringComparison.Ordinal) ? "\"watchers\":" : line.Contains(
                "log", StringComparison.Ordinal) || line.Contains('|', StringComparison.Ordinal) ? "you said: " : "connected to node-01");
            var isInterrupted = line.EndsWith(" -f", StringComparison.Ordinal);
            if (isInterrupted || line.EndsWith("--watch", StringComparison.Ordinal))
                await shell.TypeAsync("\u0003");
            else if (line.EndsWith("node-01", StringComparison.Ordinal) && !line.Contains('|', StringComparison.Ordinal))
                await shell.TypeAsync("~.");
            Assert.Equal((line, isInterrupted ? 130 : 0, "cooked"), (line, (await shell.ExitAsync()).Code, (await shell.ExitAsync()).Mode));
        }
    }

    [Fact]
    public async Task A_bmc_that_is_switched_over_redfish_gives_its_console_over_ipmi()
    {
        await _rack.Client.DeleteMachineAsync("node-01"); // a BMC has one machine
        await _rack.Client.PutMachineAsync(new Machine
        {
            Name = "node-02", Serial = "S-2",
            Bmc = new MachineBmc { Driver = BmcDriver.Redfish, Address = IpmiRackSimulator.Address, Credential = "bmc" },
        });
        var (exit, output, error) = await RunAsync("there?\r", "console", "node-02");
        Assert.Equal((0, ""), (exit, error));
        Assert.Contains("you said: there?\r\n", output, StringComparison.Ordinal);
    }

    private TerminalProgram Open(params string[] more) => TerminalProgram.Start(
        Path.Combine(TestRack.ProgramDirectory, "rackboot"), ["console", "node-01", "--socket", _rack.Socket, .. more]);

    private async Task<List<Event>> EventsAsync()
    {
        var events = new List<Event>();
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await foreach (var e in _rack.Client.WatchAsync(0, enough.Token))
                events.Add(e);
        }
        catch (OperationCanceledException)
        {
            // Those are all.
        }

        return events;
    }

    private async Task<(int Exit, string Output, string Error)> RunAsync(string input, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(Path.Combine(TestRack.ProgramDirectory, "rackboot"), [.. arguments, "--socket", _rack.Socket])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return (process.ExitCode, await output, await error);
    }
}
