using Rackboot.Lab.Network;

namespace Rackboot.Lab.Machines;

/// <summary>A virtual machine that boots from its disk, which is blank, or from the network when it is told to. Its BMC switches
/// it.</summary>
public sealed class QemuMachine(string name, MachineFirmware firmware, string mac, string stateDirectory)
{
    private const string Ovmf = "/usr/share/OVMF/";
    private const long DiskBytes = 8L << 30;

    public string Name { get; } = name;

    public MachineFirmware Firmware { get; } = firmware;

    public string Mac { get; } = mac;

    /// <summary>SMBIOS UUID; the same for the same MAC.</summary>
    public string Uuid { get; } = $"52610b00-7ac4-4b07-8000-{mac.Replace(":", "", StringComparison.Ordinal)}";

    public string Serial => "LAB-" + Mac[^8..].Replace(":", "", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>What it said on its serial console since it was switched on.</summary>
    public string SerialLog => Path.Combine(stateDirectory, $"{Name}.console");

    /// <summary>What QEMU itself said.</summary>
    public string QemuLog => Path.Combine(stateDirectory, $"{Name}.qemu.log");

    /// <summary>In MiB; real Talos needs 2,048.</summary>
    public int Memory { get; init; } = 512;

    private string Tap => "tap" + Mac[^8..].Replace(":", "", StringComparison.Ordinal);

    /// <summary>The file that is its disk; blank, unless somebody writes something into it.</summary>
    public string Disk => Path.Combine(stateDirectory, $"{Name}.disk");

    private string Variables => Path.Combine(stateDirectory, $"{Name}.vars");

    /// <summary>Builds the machine: plugs its card into the bridge, and gives it a blank disk and firmware that remembers
    /// nothing.</summary>
    public async Task BuildAsync(NetworkNamespace network)
    {
        await network.AddTapAsync(Tap);
        File.Delete(SerialLog);
        await using (var disk = File.Create(Disk))
            disk.SetLength(DiskBytes);
        if (Firmware != MachineFirmware.Bios)
            File.Copy(Ovmf + "OVMF_VARS_4M.fd", Variables, overwrite: true);
    }

    /// <summary>The last lines of its serial console, and of what QEMU itself said.</summary>
    public string ConsoleTail(int lines = 15) =>
        string.Join('\n', new[] { QemuLog, SerialLog }
            .Where(File.Exists)
            .SelectMany(f => File.ReadAllText(f).Split('\n').Select(l => l.TrimEnd()).Where(l => l.Length > 0).TakeLast(lines)));

    /// <summary>Waits until <paramref name="text"/> stands on its serial console.</summary>
    public async Task WaitForConsoleAsync(string text, TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within);
        while (!ConsoleTail(int.MaxValue).Contains(text, StringComparison.Ordinal))
            try
            {
                await Task.Delay(200, limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new LabException($"\"{text}\" did not appear on the console of {Name}, which ends with:\n{ConsoleTail()}");
            }
    }

    /// <summary>The arguments of QEMU, but for the boot order, which the BMC says at each start.</summary>
    /// <param name="sockets">Where its serial port (<c>serial</c>) and QEMU's monitor (<c>monitor</c>) are.</param>
    public IReadOnlyList<string> Arguments(string sockets)
    {
        List<string> arguments =
        [
            "-name", Name, "-accel", "tcg,thread=multi", "-cpu", "max", "-m", $"{Memory}", "-smp", "1", "-nodefaults", "-display", "none",
            "-boot", "strict=on",
            "-chardev", $"socket,id=serial0,path={sockets}/serial,logfile={SerialLog}", "-serial", "chardev:serial0",
            "-chardev", $"pipe,id=monitor,path={sockets}/monitor", "-mon", "chardev=monitor,mode=readline", "-uuid", Uuid,
            "-smbios", $"type=1,manufacturer=Rackboot,product=Virtual machine,serial={Serial},uuid={Uuid}",
            "-netdev", $"tap,id=net0,ifname={Tap},script=no,downscript=no",
            "-drive", $"if=none,id=disk0,format=raw,file={Disk}", "-device", "virtio-blk-pci,id=disk0,drive=disk0",
            "-device", "virtio-rng-pci",
        ];
        if (Firmware == MachineFirmware.Bios)
            return [.. arguments, "-machine", "pc,graphics=off", "-device", $"virtio-net-pci,id=net0,netdev=net0,mac={Mac}"];

        // Without a ROM of its own the card is driven by the firmware itself, which is what is to be shown.
        arguments.AddRange(
        [
            "-machine", "q35,graphics=off", "-device", $"virtio-net-pci,id=net0,netdev=net0,mac={Mac},romfile=",
            "-drive", $"if=pflash,format=raw,readonly=on,file={Ovmf}OVMF_CODE_4M.fd", "-drive", $"if=pflash,format=raw,file={Variables}",
        ]);
        // Nobody answers PXE over IPv6 here, and the firmware would ask for a minute before it goes on to its disk.
        arguments.AddRange(["-fw_cfg", "name=opt/org.tianocore/IPv6PXESupport,string=no"]);
        if (Firmware == MachineFirmware.UefiHttp)
            arguments.AddRange(["-fw_cfg", "name=opt/org.tianocore/IPv4PXESupport,string=no"]);
        return arguments;
    }
}
