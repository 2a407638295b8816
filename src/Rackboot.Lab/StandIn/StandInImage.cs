using System.IO.Compression;
using System.Text;

namespace Rackboot.Lab.StandIn;

/// <summary>What boots where Talos is not at hand: a Debian kernel, and a small initramfs that boots, installs and restarts as
/// Talos does.</summary>
public sealed record StandInImage(string Kernel, string Initramfs)
{
    /// <summary>The release that it is named as: it behaves as that one, and says what it is.</summary>
    public const string Version = "v1.13.9-standin";

    private const string Busybox = "/bin/busybox";

    // In the order in which they load.
    private static readonly string[] Modules =
    [
        "virtio/virtio_ring", "virtio/virtio", "virtio/virtio_pci_legacy_dev", "virtio/virtio_pci_modern_dev", "virtio/virtio_pci",
        "net/core/failover", "net/net_failover", "net/virtio_net", "block/virtio_blk", "acpi/button", "input/evdev",
    ];

    /// <summary>Builds it under <paramref name="directory"/>, or takes what an earlier run built there.</summary>
    public static async Task<StandInImage> BuildAsync(string directory)
    {
        Directory.CreateDirectory(directory);
        var package = Path.Combine(directory, "package");
        if (!Directory.Exists(Path.Combine(package, "boot")))
            await UnpackKernelAsync(directory, package);
        var kernel = Directory.EnumerateFiles(Path.Combine(package, "boot"), "vmlinuz-*").First();
        var initramfs = Path.Combine(directory, "initramfs.gz");
        await using (var file = File.Create(initramfs))
        await using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
            WriteInitramfs(gzip, package);
        return new StandInImage(kernel, initramfs);
    }

    // The package is unpacked, never installed: the host's own kernel is not touched.
    private static async Task UnpackKernelAsync(string directory, string package)
    {
        var depends = await Tool.RunAsync("apt-cache", "depends", "linux-image-cloud-amd64");
        var name = depends.Split('\n').Select(l => l.Trim())
            .FirstOrDefault(l => l.StartsWith("Depends: linux-image", StringComparison.Ordinal))?["Depends: ".Length..]
            ?? throw new LabException("Debian's package lists do not name a kernel for the stand-in; run: apt-get update");
        var (exit, output, error) = await Tool.TryRunAsync("sh", "-c", $"cd '{directory}' && apt-get download -qq {name} && dpkg-deb -x "
            + $"{name}_*.deb package.part && rm {name}_*.deb && mv package.part '{package}'");
        if (exit != 0)
            throw new LabException($"the kernel package {name} could not be fetched: {(error + output).Trim()}; run: apt-get update");
    }

    private static void WriteInitramfs(Stream output, string package)
    {
        if (!File.Exists(Busybox))
            throw new LabException("busybox is not installed; run: apt-get install busybox-static");
        var archive = new CpioArchive(output);
        archive.AddDirectory("bin");
        archive.AddDirectory("modules");
        archive.AddExecutable("bin/busybox", File.ReadAllBytes(Busybox));
        archive.AddExecutable("bin/sh", File.ReadAllBytes(Busybox));
        foreach (var module in Modules)
            archive.AddExecutable("modules/" + FileName(module), File.ReadAllBytes(Find(package, FileName(module))));
        archive.AddExecutable("modules/order", Encoding.ASCII.GetBytes(string.Join('\n', Modules.Select(FileName)) + '\n'));
        using var init = typeof(StandInImage).Assembly.GetManifestResourceStream("init.sh")!;
        using var script = new MemoryStream();
        init.CopyTo(script);
        archive.AddExecutable("init", script.ToArray());
        archive.End();
    }

    private static string FileName(string module) => module[(module.LastIndexOf('/') + 1)..] + ".ko";

    private static string Find(string package, string file) =>
        Directory.EnumerateFiles(Path.Combine(package, "lib", "modules"), file, SearchOption.AllDirectories).FirstOrDefault()
            ?? throw new LabException($"the kernel package has no {file}; remove {package} and try again");
}
