using System.Net;
using Rackboot.Lab.Machines;
using Rackboot.Lab.Network;

namespace Rackboot.Lab.Bmc;

/// <summary>The BMC of a virtual machine: OpenIPMI's <c>ipmi_sim</c> in the rack's namespace, at an address of its own. Switched on, it
/// starts the machine's QEMU; switched off, it ends it. Its console is Serial-over-LAN.</summary>
public sealed class VirtualBmc : IAsyncDisposable
{
    public const int Port = 623;
    public const string User = "admin";
    public const string Password = "virtual-rack";

    private const int SerialPortNumber = 2623;

    private static readonly TimeSpan Start = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan BeforeRestart = TimeSpan.FromSeconds(1);

    private readonly QemuMachine _machine;
    private readonly NetworkNamespace _network;
    private readonly string _directory;
    private readonly SerialPort _serial;
    private readonly CancellationTokenSource _end = new();
    private Task _running = Task.CompletedTask;

    private VirtualBmc(QemuMachine machine, NetworkNamespace network, string address, string directory)
    {
        (_machine, _network, Address, _directory) = (machine, network, address, directory);
        _serial = new SerialPort(directory, network, new IPEndPoint(IPAddress.Parse(address), SerialPortNumber));
    }

    /// <summary>IPv4, on the network of the BMCs.</summary>
    public string Address { get; }

    /// <summary>A Unix socket that is the machine's serial console.</summary>
    public string Console => Path.Combine(_directory, "console");

    /// <summary>How often the BMC itself was started: once, and once more for each crash.</summary>
    public int Starts { get; private set; }

    /// <summary>The QEMU that the BMC started last, whether it still runs or not.</summary>
    public int? Process => File.Exists(Named("pid")) && int.TryParse(File.ReadAllText(Named("pid")), out var pid) ? pid : null;

    /// <summary>Whether that runs: what the BMC should say.</summary>
    public bool IsOn => Process is { } process && Tool.IsRunning(process);

    /// <summary>Starts the BMC of a machine that is off.</summary>
    /// <param name="machine">Has the cables that it needs.</param>
    /// <param name="address">An IPv4 address that is the namespace's own.</param>
    /// <param name="directory">Which it makes for itself; the path is short, since sockets lie in it.</param>
    /// <param name="log">Where what it says is kept.</param>
    public static async Task<VirtualBmc> StartAsync(
        QemuMachine machine, NetworkNamespace network, string address, string directory, string log)
    {
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateDirectory(Path.Combine(directory, "state"));
        var bmc = new VirtualBmc(machine, network, address, directory);
        try
        {
            await bmc.WriteFilesAsync();
            var listening = new TaskCompletionSource();
            bmc._running = bmc.SuperviseAsync(log, listening);
            await listening.Task.WaitAsync(Start);
            return bmc;
        }
        catch (TimeoutException)
        {
            await bmc.DisposeAsync();
            throw new LabException($"the BMC of {machine.Name} does not come up; it says:\n{await File.ReadAllTextAsync(log)}");
        }
        catch
        {
            await bmc.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks the BMC through ipmitool, as somebody who does not know Rackboot would.</summary>
    public async Task<string> IpmitoolAsync(params string[] command)
    {
        var (exit, output, error) =
            await _network.ExecAsync(["ipmitool", "-I", "lanplus", "-C", "3", "-H", Address, "-U", User, "-P", Password, .. command]);
        return exit == 0
            ? output.Trim()
            : throw new LabException($"ipmitool {string.Join(' ', command)} at the BMC of {_machine.Name}: {(error + output).Trim()}");
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running;
        await Tool.TryRunAsync(Named("hook"), "set", "power", "0");
        await _serial.DisposeAsync();
        _end.Dispose();
    }

    private string Named(string file) => Path.Combine(_directory, file);

    private async Task WriteFilesAsync()
    {
        await using (var hook = File.Create(Named("hook")))
        await using (var script = typeof(VirtualBmc).Assembly.GetManifestResourceStream("hook.sh")!)
            await script.CopyToAsync(hook);
        File.SetUnixFileMode(Named("hook"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await File.WriteAllLinesAsync(Named("arguments"), _machine.Arguments(_directory));
        await File.WriteAllTextAsync(Named("boot"), "none\n");
        await Tool.RunAsync("mkfifo", Named("monitor.in"));
        await File.WriteAllTextAsync(Named("monitor.out"), "");
        File.CreateSymbolicLink(Named("output"), _machine.QemuLog);
        await File.WriteAllTextAsync(Named("lan.conf"), Configuration());
        await File.WriteAllTextAsync(Named("sim.emu"),
            """
            mc_setbmc 0x20
            mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
            sel_enable 0x20 1000 0x0a
            mc_enable 0x20

            """);
    }

    // ipmi_lan(5)
    private string Configuration() =>
        $"""
        name "{_machine.Name}"
        set_working_mc 0x20
          startlan 1
            addr {Address} {Port}
            priv_limit admin
            allowed_auths_callback none md2 md5 straight
            allowed_auths_user none md2 md5 straight
            allowed_auths_operator none md2 md5 straight
            allowed_auths_admin none md2 md5 straight
            guid {_machine.Uuid.Replace("-", "", StringComparison.Ordinal)}
          endlan
          chassis_control "{Named("hook")}"
          sol "tcp:{Address}:{SerialPortNumber}" 115200
          user 2 true "{User}" "{Password}" admin 10 none md2 md5 straight

        """;

    // ipmi_sim crashes on a question that freeipmi's ipmiconsole asks (Get Channel Payload Support of channel 0Eh); a BMC would be back,
    // too.
    private async Task SuperviseAsync(string log, TaskCompletionSource listening)
    {
        while (!_end.IsCancellationRequested)
        {
            using var process = Tool.StartInBackground(log, "ip", "netns", "exec", _network.Name, "ipmi_sim", "-c", Named("lan.conf"),
                "-f", Named("sim.emu"), "-s", Named("state"));
            try
            {
                while (!process.HasExited && !IsListening(process.Id))
                    await Task.Delay(20, _end.Token);
                if (!process.HasExited)
                {
                    Starts++;
                    listening.TrySetResult();
                }

                await process.WaitForExitAsync(_end.Token);
                await Task.Delay(BeforeRestart, _end.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    // proc(5): local addresses as hexadecimal numbers of the machine's byte order, ports as they read.
    private bool IsListening(int process)
    {
        var local = $"{BitConverter.ToUInt32(IPAddress.Parse(Address).GetAddressBytes()):X8}:{Port:X4}";
        try
        {
            return File.ReadAllText($"/proc/{process}/net/udp").Contains(local, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
