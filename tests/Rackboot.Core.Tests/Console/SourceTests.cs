using System.Net;
using System.Net.Sockets;
using System.Text;
using Rackboot.Core.Console;
using Rackboot.Core.Machines;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;
using Rackboot.Core.Power.Drivers;
using Rackboot.Core.Tests.Power;
using Rackboot.Ipmi.Tests.Real;

namespace Rackboot.Core.Tests.Console;

/// <summary>Real lines: Unix sockets, and Serial-over-LAN of OpenIPMI's simulator, whose serial port is a TCP connection of the
/// test.</summary>
public sealed class SourceTests : IAsyncDisposable
{
    private readonly PowerRack _rack = new(real: true);
    private readonly PowerDrivers _drivers = new(TimeProvider.System);
    private readonly string _directory = Directory.CreateTempSubdirectory("rackboot-line-").FullName;
    private readonly ConsoleDesk _desk;

    public SourceTests() => _desk = new ConsoleDesk(_rack.Inventory, _rack.Events, new ConsoleSources(_rack.Desk, _drivers).OpenAsync,
        Path.Combine(_directory, "console"), TimeProvider.System);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _desk.DisposeAsync();
        await _rack.DisposeAsync();
        _drivers.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_unix_socket_is_watched_typed_into_and_opened_again_when_it_comes_back()
    {
        var path = Path.Combine(_directory, "serial");
        var machine = await _rack.PutAsync("node-01", new BmcSpec { Driver = BmcDriver.Manual, Console = path });
        using var alice = Watch(machine);
        Assert.Contains($"connecting to {path} failed",
            (await alice.UntilAsync<ConsoleUpdate.Connection>(c => c.State == ConsoleState.Waiting)).Text, StringComparison.Ordinal);
        for (var times = 0; times < 2; times++)
        {
            using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen();
            using var serial = await listener.AcceptAsync(Cancel);
            await alice.UntilAsync<ConsoleUpdate.Connection>(c => c.State == ConsoleState.Open);
            await serial.SendAsync("login: "u8.ToArray(), Cancel);
            Assert.Equal("login: ", await alice.ReadAsync(7));
            await alice.TypeAsync("root\r");
            Assert.Equal("root\r", await TypedAsync(new NetworkStream(serial), 5));
            await alice.Watcher.SendBreakAsync(Cancel);
            Assert.Equal("a Unix socket cannot carry a break; nothing was sent", (await alice.UntilAsync<ConsoleUpdate.Notice>()).Text);
            File.Delete(path);
        }
    }

    [Fact]
    public async Task The_serial_port_of_a_virtual_machine_shows_its_firmware()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/qemu-system-x86_64"), "QEMU is not installed (Debian package qemu-system-x86)");
        var path = Path.Combine(_directory, "serial");
        var qemu = Peers.Start("qemu-system-x86_64", ["-accel", "tcg", "-machine", "pc,graphics=off", "-m", "64", "-nodefaults",
            "-display", "none", "-serial", $"unix:{path},server=on,wait=on"]);
        try
        {
            using var alice =
                Watch(await _rack.PutAsync("node-01", new BmcSpec { Driver = BmcDriver.Qemu, Socket = "/q", Console = path }));
            var screen = "";
            while (!screen.Contains("SeaBIOS (version", StringComparison.Ordinal))
                screen += await alice.ReadAsync(1);
        }
        finally
        {
            await Peers.EndAsync(qemu);
        }
    }

    [Fact]
    public async Task The_console_of_a_bmc_is_watched_typed_into_and_given_back_when_nobody_watches()
    {
        using var listener = Listen();
        await using var bmc = await IpmiSimulator.StartAsync(serialPort: Port(listener));
        using var serial = await listener.AcceptTcpClientAsync(Cancel);
        var machine = await AddAsync(bmc.EndPoint);
        using (var alice = Watch(machine))
        {
            await alice.UntilAsync<ConsoleUpdate.Connection>(c => c.State == ConsoleState.Open);
            await serial.GetStream().WriteAsync("SeaBIOS\r\n"u8.ToArray(), Cancel);
            Assert.Equal("SeaBIOS\r\n", await alice.ReadAsync(9));
            await alice.TypeAsync("root\r");
            Assert.Equal("root\r", await TypedAsync(serial.GetStream(), 5));
            await alice.Watcher.SendBreakAsync(Cancel);
            await alice.TypeAsync("b");
            // telnet's break, as the serial port is a TCP connection
            Assert.Equal("\u00ff\u00f3b", await TypedAsync(serial.GetStream(), 3));
            Assert.Equal(PowerState.Off, (await _rack.Desk.ReadAsync(machine, Cancel)).State);
        }

        await _desk.DisposeAsync();
        Assert.True(await IsFreeAsync(bmc));
    }

    [Fact]
    public async Task A_bmc_that_has_restarted_gives_its_console_again()
    {
        using var listener = Listen();
        var bmc = await IpmiSimulator.StartAsync(serialPort: Port(listener));
        var serial = await listener.AcceptTcpClientAsync(Cancel);
        var machine = await AddAsync(bmc.EndPoint);
        using var alice = Watch(machine);
        await alice.UntilAsync<ConsoleUpdate.Connection>(c => c.State == ConsoleState.Open);
        await bmc.DisposeAsync();
        serial.Dispose();
        await alice.TypeAsync("x"); // which nobody acknowledges
        Assert.Contains("does not acknowledge", (await alice.UntilAsync<ConsoleUpdate.Notice>()).Text, StringComparison.Ordinal);
        await alice.UntilAsync<ConsoleUpdate.Connection>(c => c.State == ConsoleState.Waiting);
        await using var again = await IpmiSimulator.StartAsync(serialPort: Port(listener));
        using var newSerial = await listener.AcceptTcpClientAsync(Cancel);
        await _rack.PutAsync(
            "node-01", machine.Spec!.Bmc! with { Address = again.EndPoint.Address.ToString(), Port = again.EndPoint.Port });
        await _desk.TidyAsync();
        await alice.UntilAsync<ConsoleUpdate.Connection>(c => c.State == ConsoleState.Open);
        await newSerial.GetStream().WriteAsync("back"u8.ToArray(), Cancel);
        Assert.Equal("back", await alice.ReadAsync(4));
    }

    [Fact]
    public async Task A_console_that_is_somebody_elses_is_taken_only_when_told_so()
    {
        using var listener = Listen();
        await using var bmc = await IpmiSimulator.StartAsync(serialPort: Port(listener));
        using var serial = await listener.AcceptTcpClientAsync(Cancel);
        var theirs = Peers.Start("ipmitool", ["-I", "lanplus", "-C", "3", "-H", bmc.EndPoint.Address.ToString(), "-p",
            $"{bmc.EndPoint.Port}", "-U", "admin", "-P", IpmiSimulator.Password, "sol", "activate"]);
        while (await IsFreeAsync(bmc))
            Cancel.ThrowIfCancellationRequested();
        var machine = await AddAsync(bmc.EndPoint);
        using (var alice = Watch(machine))
        {
            Assert.Contains("another client has the console open",
                (await alice.UntilAsync<ConsoleUpdate.Connection>(c => c.State == ConsoleState.Waiting)).Text, StringComparison.Ordinal);
            alice.Watcher.TakeOver();
            await alice.UntilAsync<ConsoleUpdate.Connection>(c => c.State == ConsoleState.Open);
        }

        await Peers.EndAsync(theirs);
    }

    [Fact]
    public async Task A_wrong_password_is_tried_twice_and_said_and_stands_in_no_message()
    {
        await using var bmc = await IpmiSimulator.StartAsync();
        var machine = await AddAsync(bmc.EndPoint, password: "hunter2");
        using var alice = Watch(machine);
        var told = new List<string>();
        while (told.Count < 3)
            told.Add((await alice.UntilAsync<ConsoleUpdate.Connection>(c => c.State == ConsoleState.Waiting)).Text);
        Assert.Contains("wrong password", told[0], StringComparison.Ordinal);
        Assert.Contains("all attempts stop, so that the account is not locked", told[2], StringComparison.Ordinal);
        Assert.All(told.Concat((await _rack.EventsAsync()).Select(e => e.Text)),
            t => Assert.DoesNotContain("hunter2", t, StringComparison.Ordinal));
        await _rack.Vault.PutAsync("bmc", "admin", new Secret(IpmiSimulator.Password), null, dryRun: false);
        // It is let in, and has no serial port behind it.
        var now = await alice.UntilAsync<ConsoleUpdate.Connection>(
            c => c.State == ConsoleState.Waiting && !c.Text.Contains("locked", StringComparison.Ordinal));
        Assert.Matches("Serial-over-LAN|refused with completion code", now.Text);
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    // IPMI 2.0 §24.4, Get Payload Instance Info: open in no session.
    private static async Task<bool> IsFreeAsync(IpmiSimulator bmc) =>
        (await Peers.IpmitoolAsync(bmc.EndPoint, 3, "raw", "6", "0x4b", "1", "1")).Text.Trim().StartsWith(
            "00 00 00 00", StringComparison.Ordinal);

    private static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static async Task<string> TypedAsync(Stream serial, int length)
    {
        var typed = new byte[length];
        await serial.ReadExactlyAsync(typed, Cancel);
        return Encoding.Latin1.GetString(typed);
    }

    private Viewer Watch(Machine machine) => new(_desk.Join(machine, "alice", mayWrite: true));

    private async Task<Machine> AddAsync(IPEndPoint bmc, string password = IpmiSimulator.Password)
    {
        await _rack.Vault.PutAsync("bmc", "admin", new Secret(password), null, dryRun: false);
        return await _rack.PutAsync(
            "node-01", new BmcSpec { Driver = BmcDriver.Ipmi, Address = bmc.Address.ToString(), Port = bmc.Port, Credential = "bmc" });
    }
}
