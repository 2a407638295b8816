using System.Diagnostics;
using Rackboot.Lab;
using Rackboot.Lab.Rack;

namespace Rackboot.EndToEnd.Console;

/// <summary>OpenIPMI's <c>ipmi_sim</c> in a rack's network, at 127.0.0.1, whose serial port leads to a machine that repeats what it is
/// told. It ends with the rack's network.</summary>
internal sealed class SimulatedBmc : IDisposable
{
    public const string Password = "opensesame-42";
    public const int Port = 623;

    private readonly string _directory;
    private readonly Process _machine;
    private readonly Process _bmc;

    private SimulatedBmc(string directory, Process machine, Process bmc) => (_directory, _machine, _bmc) = (directory, machine, bmc);

    public static async Task<SimulatedBmc> StartAsync(VirtualRack rack)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/ipmi_sim"), "ipmi_sim is not installed (Debian package openipmi)");
        var directory = Directory.CreateTempSubdirectory("rbt-bmc-").FullName;
        // ipmi_sim locks its serial port by name on the whole host.
        var serialPort = 20_000 + Environment.ProcessId % 20_000;
        Directory.CreateDirectory(Path.Combine(directory, "state"));
        await File.WriteAllTextAsync(Path.Combine(directory, "lan.conf"),
            $"""
            name "sim"
            set_working_mc 0x20
              startlan 1
                addr 127.0.0.1 {Port}
                priv_limit admin
                allowed_auths_admin none md2 md5 straight
                guid a123456789abcdefa123456789abcdef
              endlan
              chassis_control "{directory}/hook"
              sol "tcp:127.0.0.1:{serialPort}" 115200
              user 2 true "admin" "{Password}" admin 10 none md2 md5 straight

            """);
        await File.WriteAllTextAsync(Path.Combine(directory, "sim.emu"),
            "mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr\nmc_enable 0x20\n");
        await File.WriteAllTextAsync(Path.Combine(directory, "hook"), "#!/bin/sh\n[ \"$1\" = get ] && echo \"$2:1\"\nexit 0\n");
        File.SetUnixFileMode(Path.Combine(directory, "hook"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var machine = Tool.StartInBackground(Path.Combine(directory, "machine.log"), "ip", "netns", "exec", rack.Network.Name,
            "/usr/bin/python3", Path.Combine(AppContext.BaseDirectory, "Console", "serial_machine.py"), $"{serialPort}");
        for (var tries = 0; (await rack.Network.ExecAsync("ss", "-Hltn", $"sport = :{serialPort}")).Output.Length == 0
            && tries < 200; tries++)
            await Task.Delay(50);
        var bmc = Tool.StartInBackground(Path.Combine(directory, "bmc.log"), "ip", "netns", "exec", rack.Network.Name, "ipmi_sim", "-c",
            $"{directory}/lan.conf", "-f", $"{directory}/sim.emu", "-s", $"{directory}/state");
        return new SimulatedBmc(directory, machine, bmc);
    }

    public void Dispose()
    {
        foreach (var process in new[] { _bmc, _machine })
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            process.Dispose();
        }

        Directory.Delete(_directory, recursive: true);
    }
}
