using System.Globalization;
using System.Net;

namespace Rackboot.Tests.Shared;

/// <summary>The folder of OpenIPMI's <c>ipmi_sim</c>: its configuration, and what it switches. A hook script keeps that in files:
/// <see cref="Read"/> and <see cref="Write"/> name <c>power</c> (0 or 1) and <c>boot</c>. Skips the test where the simulator is not
/// installed.</summary>
internal sealed class IpmiSimFolder
{
    private readonly string _path;

    private IpmiSimFolder(string path) => _path = path;

    /// <summary>What starts it.</summary>
    public string[] Command => ["ipmi_sim", "-c", Named("lan.conf"), "-f", Named("sim.emu"), "-s", Named("state")];

    /// <param name="path">Made where it is missing.</param>
    /// <param name="password">Of the user admin; operator has <c>opsecret</c> and viewer <c>viewsecret</c>.</param>
    /// <param name="serialPort">A TCP port of this host that is the serial port behind Serial-over-LAN; something must listen there
    /// already.</param>
    /// <param name="commands">Further lines of its command file (ipmi_sim_cmd(5)). <c>DIR</c> in them stands for the folder.</param>
    /// <param name="hookSeconds">How long the hook takes; the BMC is deaf meanwhile.</param>
    public static async Task<IpmiSimFolder> WriteAsync(
        string path, IPEndPoint endPoint, string password, int serialPort = 0, string commands = "", double hookSeconds = 0)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/ipmi_sim"), "ipmi_sim is not installed (Debian package openipmi)");
        var folder = new IpmiSimFolder(path);
        Directory.CreateDirectory(folder.Named("state"));
        folder.Write("power", "0");
        folder.Write("boot", "default");
        await File.WriteAllTextAsync(folder.Named("lan.conf"), Configuration(path, endPoint, password, serialPort));
        await File.WriteAllTextAsync(folder.Named("sim.emu"), Commands(commands.Replace("DIR", path, StringComparison.Ordinal)));
        await File.WriteAllTextAsync(folder.Named("hook"), Hook(path, hookSeconds));
        File.SetUnixFileMode(folder.Named("hook"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return folder;
    }

    public string Named(string name) => Path.Combine(_path, name);

    public string Read(string name) => File.ReadAllText(Named(name)).Trim();

    public void Write(string name, string value) => File.WriteAllText(Named(name), value + "\n");

    private static string Configuration(string path, IPEndPoint endPoint, string password, int serialPort) => $"""
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
          chassis_control "{path}/hook"
          {(serialPort == 0 ? "" : $"sol \"tcp:127.0.0.1:{serialPort}\" 115200")}
          user 2 true "admin" "{password}" admin 10 none md2 md5 straight
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

    // "get NAME..." prints NAME:value for each; "set NAME VALUE ..." keeps them; a system that is asked to shut down does.
    private static string Hook(string path, double seconds) => $$"""
        #!/bin/sh
        cd {{path}} || exit 1
        echo "$@" >> calls
        {{(seconds > 0 ? "sleep " + seconds.ToString(CultureInfo.InvariantCulture) : ":")}}
        verb=$1; shift
        if [ "$verb" = get ]; then
            for name; do value=0; [ -r "$name" ] && read -r value < "$name"; echo "$name:$value"; done
        else
            while [ $# -gt 1 ]; do
                echo "$2" > "$1"
                [ "$1" = shutdown ] && [ -e obeys ] && echo 0 > power
                shift 2
            done
        fi
        exit 0

        """;
}
