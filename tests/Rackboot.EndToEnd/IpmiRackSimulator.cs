using System.Diagnostics;
using Rackboot.Lab;
using Rackboot.Lab.Network;
using Rackboot.Lab.Rack;

namespace Rackboot.EndToEnd;

/// <summary>OpenIPMI's <c>ipmi_sim</c> as a BMC on the rack's own network, with user admin and password secret. What it switches it keeps
/// in files.</summary>
internal sealed class IpmiRackSimulator : IAsyncDisposable
{
    public const string Address = "10.20.0.9";

    private readonly string _directory;
    private readonly ClientNamespace _host;

    private IpmiRackSimulator(string directory, ClientNamespace host) => (_directory, _host) = (directory, host);

    public static async Task<IpmiRackSimulator> StartAsync(VirtualRack rack)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/ipmi_sim"), "ipmi_sim is not installed (Debian package openipmi)");
        var host = await ClientNamespace.CreateAsync(rack.Network, "bmc", "52:54:00:00:0b:09", Address + "/24");
        var directory = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, "bmc")).FullName;
        var simulator = new IpmiRackSimulator(directory, host);
        simulator.Write("power", "0");
        simulator.Write("boot", "default");
        await File.WriteAllTextAsync($"{directory}/lan.conf",
            $"""
            name "sim"
            set_working_mc 0x20
              startlan 1
                addr {Address} 623
                priv_limit admin
                allowed_auths_admin none md2 md5 straight
                guid a123456789abcdefa123456789abcdef
              endlan
              chassis_control "{directory}/hook"
              user 2 true "admin" "secret" admin 10 none md2 md5 straight

            """);
        await File.WriteAllTextAsync($"{directory}/sim.emu", "mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 "
            + "persist_sdr\nsel_enable 0x20 1000 0x0a\nmc_enable 0x20\n");
        await File.WriteAllTextAsync($"{directory}/hook",
            $"""
            #!/bin/sh
            cd {directory} || exit 1
            verb=$1; shift
            if [ "$verb" = get ]; then
                for name; do value=0; [ -r "$name" ] && read -r value < "$name"; echo "$name:$value"; done
            else
                while [ $# -gt 1 ]; do
                    if [ "$1" = shutdown ]; then echo 0 > power; else echo "$2" > "$1"; fi
                    shift 2
                done
            fi

            """);
        File.SetUnixFileMode($"{directory}/hook", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateDirectory($"{directory}/state");
        using var process = host.Start(
            $"{directory}/log", "ipmi_sim", "-c", $"{directory}/lan.conf", "-f", $"{directory}/sim.emu", "-s", $"{directory}/state", "-n");
        for (var i = 0; i < 200; i++)
        {
            if ((await rack.Network.ExecAsync("ipmiping", "-c", "1", "-t", "1", Address)).Exit == 0)
                return simulator;
            await Task.Delay(50);
        }

        throw new LabException($"ipmi_sim does not answer; it says: {await File.ReadAllTextAsync($"{directory}/log")}");
    }

    public string Read(string name) => File.ReadAllText(Path.Combine(_directory, name)).Trim();

    public void Write(string name, string value) => File.WriteAllText(Path.Combine(_directory, name), value + "\n");

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
