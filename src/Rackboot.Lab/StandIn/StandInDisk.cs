using System.Buffers.Binary;

namespace Rackboot.Lab.StandIn;

/// <summary>What the stand-in writes to a machine's disk when it installs: GRUB for BIOS and for UEFI, and kernel and initramfs on the
/// partition that UEFI firmware starts from. Machines write it from the disk's start.</summary>
public static class StandInDisk
{
    private const string Grub = "/usr/lib/grub";
    private const int SectorBytes = 512;
    private const int PartitionSector = 2048;
    private const long MostBytes = 64L << 20; // what the machine itself keeps begins there: init.sh

    // GRUB manual, "MBR": its first sector is code up to here; it loads what begins with the next sector.
    private const int BootCodeBytes = 440;

    private static readonly string[] Modules = ["part_msdos", "fat", "search", "search_fs_file", "linux", "boot"];

    /// <summary>Builds it under <paramref name="directory"/>.</summary>
    /// <returns>Its path.</returns>
    public static async Task<string> BuildAsync(string directory, StandInImage image)
    {
        var configuration = Path.Combine(directory, "grub.cfg");
        await File.WriteAllTextAsync(configuration,
            """
            search.file /standin/kernel root
            linux /standin/kernel console=ttyS0 standin.booted=disk
            initrd /standin/initramfs
            boot

            """);
        var (bios, uefi) = (Path.Combine(directory, "core.img"), Path.Combine(directory, "grub.efi"));
        await MakeGrubAsync("i386-pc", configuration, bios, [.. Modules, "biosdisk"]);
        await MakeGrubAsync("x86_64-efi", configuration, uefi, Modules);

        var content = new[] { uefi, image.Kernel, image.Initramfs }.Sum(f => new FileInfo(f).Length);
        var bytes = (content + content / 16 & -1L << 20) + (3L << 20);
        if (bytes > MostBytes)
            throw new LabException($"the stand-in's files take {content:N0} bytes, more than it has room for on a disk");
        var disk = Path.Combine(directory, "disk.img");
        await using (var file = File.Create(disk))
            file.SetLength(bytes);
        await Tool.RunAsync(
            "mkfs.vfat", "-F", "16", "-s", "4", $"--offset={PartitionSector}", disk, $"{(bytes / SectorBytes - PartitionSector) / 2}");
        var partition = $"{disk}@@{PartitionSector * SectorBytes}";
        await Tool.RunAsync("mmd", "-i", partition, "::/EFI", "::/EFI/BOOT", "::/standin");
        await Tool.RunAsync("mcopy", "-i", partition, uefi, "::/EFI/BOOT/BOOTX64.EFI");
        await Tool.RunAsync("mcopy", "-i", partition, image.Kernel, "::/standin/kernel");
        await Tool.RunAsync("mcopy", "-i", partition, image.Initramfs, "::/standin/initramfs");
        await WriteStartAsync(disk, bytes, await File.ReadAllBytesAsync($"{Grub}/i386-pc/boot.img"), await File.ReadAllBytesAsync(bios));
        return disk;
    }

    private static async Task MakeGrubAsync(string platform, string configuration, string output, string[] modules)
    {
        if (!Directory.Exists($"{Grub}/{platform}"))
            throw new LabException($"{Grub}/{platform} is missing; run: apt-get install grub-common grub-pc-bin grub-efi-amd64-bin"
                + " (they change nothing of how this host boots)");
        await Tool.RunAsync("grub-mkimage", ["-O", platform, "-c", configuration, "-p", "(,msdos1)/standin", "-o", output, .. modules]);
    }

    // The first sector with the table of one partition, and GRUB's core in the gap before it.
    private static async Task WriteStartAsync(string disk, long bytes, byte[] boot, byte[] core)
    {
        if (core.Length > (PartitionSector - 1) * SectorBytes)
            throw new LabException($"GRUB takes {core.Length:N0} bytes, more than there is before the first partition");
        var first = new byte[SectorBytes];
        boot.AsSpan(0, BootCodeBytes).CopyTo(first);
        var entry = first.AsSpan(446, 16);
        entry[0] = 0x80; // to be booted
        entry[4] = 0xEF; // EFI system partition
        BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], PartitionSector);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], (uint)(bytes / SectorBytes - PartitionSector));
        first[510] = 0x55;
        first[511] = 0xAA;
        await using var file = File.OpenWrite(disk);
        await file.WriteAsync(first);
        await file.WriteAsync(core);
    }
}
