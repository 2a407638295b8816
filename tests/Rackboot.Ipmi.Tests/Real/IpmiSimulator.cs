using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Rackboot.Ipmi.Tests.Real;

/// <summary>
/// OpenIPMI's <c>ipmi_sim</c> on an address of its own, with three users (admin/secret, operator/opsecret, viewer/viewsecret). A hook
/// script keeps what the BMC switches in files: <see cref="Read"/> and <see cref="Write"/> names <c>power</c> (0 or 1) and <c>boot</c>.
/// It ends with the test: its standard input closes with this process, and it stops then.
/// </summary>
internal sealed class IpmiSimulator : IAsyncDisposable
{
    public const string Password = "secret";

    private readonly Process _process;
    private readonly string _directory;

    private IpmiSimulator(Process process, string directory, IPEndPoint endPoint)
    {
        (_process, _directory, EndPoint) = (process, directory, endPoint);
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>What the hook was asked, one line a call: <c>get power</c>, <c>set power 1</c>.</summary>
    public IReadOnlyList<string> HookCalls => File.Exists(Named("calls")) ? File.ReadAllLines(Named("calls")) : [];

    /// <param name="commands">Further lines of its command file (ipmi_sim_cmd(5)): sensors, SDRs, FRU. <c>DIR</c> in them stands for the
    /// simulator's folder.</param>
    /// <param name="hookSeconds">How long the hook takes; the BMC is deaf meanwhile.</param>
    /// <param name="serialPort">A TCP port of this host that is the serial port behind Serial-over-LAN; something must listen there
    /// already.</param>
    /// <param name="files">Files to put into its folder before it starts, by name.</param>
    public static async Task<IpmiSimulator> StartAsync(
        string commands = "", double hookSeconds = 0, int serialPort = 0, IReadOnlyDictionary<string, string>? files = null)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/ipmi_sim"), "ipmi_sim is not installed (Debian package openipmi)");
        var directory = Directory.CreateTempSubdirectory("rbsim").FullName;
        var endPoint = Peers.FreeEndPoint();
        Directory.CreateDirectory(Path.Combine(directory, "state"));
        foreach (var (name, content) in files ?? new Dictionary<string, string>())
            await File.WriteAllTextAsync(Path.Combine(directory, name), content);
        await File.WriteAllTextAsync(Path.Combine(directory, "power"), "0\n");
        await File.WriteAllTextAsync(Path.Combine(directory, "boot"), "default\n");
        await File.WriteAllTextAsync(Path.Combine(directory, "lan.conf"), Configuration(directory, endPoint, serialPort));
        await File.WriteAllTextAsync(
            Path.Combine(directory, "sim.emu"), Commands(commands.Replace("DIR", directory, StringComparison.Ordinal)));
        await File.WriteAllTextAsync(Path.Combine(directory, "hook"), Hook(directory, hookSeconds));
        File.SetUnixFileMode(Path.Combine(directory, "hook"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var process = Peers.Start("ipmi_sim", ["-c", $"{directory}/lan.conf", "-f", $"{directory}/sim.emu", "-s", $"{directory}/state"]);
        var simulator = new IpmiSimulator(process, directory, endPoint);
        try
        {
            await Peers.AnswersAsync(process, endPoint);
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }

        return simulator;
    }

    public string Named(string name) => Path.Combine(_directory, name);

    public string Read(string name) => File.ReadAllText(Named(name)).Trim();

    public void Write(string name, string value) => File.WriteAllText(Named(name), value + "\n");

    /// <summary>Gives the running simulator a command (ipmi_sim_cmd(5)), such as <c>sensor_set_value 0x20 0 1 0x50 1</c>.</summary>
    public async Task CommandAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Holds it: nothing is answered until <see cref="Thaw"/>.</summary>
    public void Freeze() => Peers.Signal(_process, "STOP");

    public void Thaw() => Peers.Signal(_process, "CONT");

    public async ValueTask DisposeAsync()
    {
        await Peers.EndAsync(_process);
        Directory.Delete(_directory, recursive: true);
    }

    private static string Configuration(string directory, IPEndPoint endPoint, int serialPort) => $"""
        name "sim"
        set_working_mc 0x20
          startlan 1
            addr {endPoint.Address} {endPoint.Port}
            priv_limit admin
            allowed_auths_callback none md2 md5 straight
            allowed_auths_user none md2 md5 straight
            allowed_auths_operator none md2 md5 straight
            allowed_auths_admin none md2 md5 straight
            guid a123456789abcdefa123456789abcdef
          endlan
          chassis_control "{directory}/hook"
          {(serialPort == 0 ? "" : $"sol \"tcp:127.0.0.1:{serialPort}\" 115200")}
          user 2 true "admin" "{Password}" admin 10 none md2 md5 straight
          user 3 true "operator" "opsecret" operator 10 none md2 md5 straight
          user 4 true "viewer" "viewsecret" user 10 none md2 md5 straight

        """;

    private static string Commands(string more) => $"""
        mc_setbmc 0x20
        mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
        sel_enable 0x20 1000 0x0a
        mc_enable 0x20
        {more}

        """;

    // "get NAME..." prints NAME:value for each; "set NAME VALUE ..." keeps them.
    private static string Hook(string directory, double seconds) => $$"""
        #!/bin/sh
        cd {{directory}} || exit 1
        echo "$@" >> calls
        {{(seconds > 0 ? "sleep " + seconds.ToString(CultureInfo.InvariantCulture) : ":")}}
        verb=$1; shift
        if [ "$verb" = get ]; then
            for name; do value=0; [ -r "$name" ] && read -r value < "$name"; echo "$name:$value"; done
        else
            while [ $# -gt 1 ]; do echo "$2" > "$1"; shift 2; done
        fi

        """;
}
