using System.Diagnostics;
using Rackboot.Lab.Network;

namespace Rackboot.Lab.Machines;

/// <summary>A virtual machine that boots from the network.</summary>
public sealed class QemuMachine(string name, MachineFirmware firmware, string mac, string stateDirectory) : IDisposable
{
    private const string Ovmf = "/usr/share/OVMF/";

    private Process? _process;

    public string Name { get; } = name;

    public MachineFirmware Firmware { get; } = firmware;

    public string Mac { get; } = mac;

    /// <summary>SMBIOS UUID; the same for the same MAC.</summary>
    public string Uuid { get; } = $"52610b00-7ac4-4b07-8000-{mac.Replace(":", "", StringComparison.Ordinal)}";

    public string Serial => "LAB-" + Mac[^8..].Replace(":", "", StringComparison.Ordinal).ToUpperInvariant();

    public string SerialLog => Path.Combine(stateDirectory, $"{Name}.console");

    /// <summary>In MiB; real Talos needs 2,048.</summary>
    public int Memory { get; init; } = 512;

    public bool IsOn => _process is { HasExited: false };

    private string Tap => "tap" + Mac[^8..].Replace(":", "", StringComparison.Ordinal);

    /// <summary>Plugs the machine's card into the bridge.</summary>
    public Task ConnectAsync(NetworkNamespace network) => network.AddTapAsync(Tap);

    public void PowerOn(NetworkNamespace network)
    {
        PowerOff();
        File.Delete(SerialLog);
        _process = Tool.StartInBackground(Path.Combine(stateDirectory, $"{Name}.qemu.log"), "ip", ["netns", "exec", network.Name, "qemu-system-x86_64", .. Arguments()]);
    }

    public void PowerOff()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        _process?.Dispose();
        _process = null;
    }

    /// <summary>The last lines of its serial console, and of what QEMU itself said.</summary>
    public string ConsoleTail(int lines = 15) =>
        string.Join('\n', new[] { Path.Combine(stateDirectory, $"{Name}.qemu.log"), SerialLog }
            .Where(File.Exists).SelectMany(f => File.ReadAllText(f).Split('\n').Select(l => l.TrimEnd()).Where(l => l.Length > 0).TakeLast(lines)));

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

    public void Dispose() => PowerOff();

    private List<string> Arguments()
    {
        List<string> arguments =
        [
            "-name", Name, "-accel", "tcg,thread=multi", "-cpu", "max", "-m", $"{Memory}", "-smp", "1", "-nodefaults", "-display", "none",
            "-serial", $"file:{SerialLog}", "-uuid", Uuid,
            "-smbios", $"type=1,manufacturer=Rackboot,product=Virtual machine,serial={Serial},uuid={Uuid}",
            "-netdev", $"tap,id=net0,ifname={Tap},script=no,downscript=no",
            "-device", "virtio-rng-pci",
        ];
        if (Firmware == MachineFirmware.Bios)
            return [.. arguments, "-machine", "pc,graphics=off", "-boot", "n", "-device", $"virtio-net-pci,netdev=net0,mac={Mac}"];

        // Without a ROM of its own the card is driven by the firmware itself, which is what is to be shown.
        var variables = Path.Combine(stateDirectory, $"{Name}.vars");
        File.Copy(Ovmf + "OVMF_VARS_4M.fd", variables, overwrite: true);
        arguments.AddRange(
        [
            "-machine", "q35,graphics=off", "-device", $"virtio-net-pci,netdev=net0,mac={Mac},romfile=",
            "-drive", $"if=pflash,format=raw,readonly=on,file={Ovmf}OVMF_CODE_4M.fd", "-drive", $"if=pflash,format=raw,file={variables}",
        ]);
        if (Firmware == MachineFirmware.UefiHttp)
            arguments.AddRange(["-fw_cfg", "name=opt/org.tianocore/IPv4PXESupport,string=no", "-fw_cfg", "name=opt/org.tianocore/IPv6PXESupport,string=no"]);
        return arguments;
    }
}
