using Rackboot.Lab.StandIn;

namespace Rackboot.Lab.Tests.StandIn;

/// <summary>The image that machines write to their disks; that firmware boots it is seen in Rackboot.EndToEnd.</summary>
public sealed class StandInDiskTests
{
    [Fact]
    public async Task The_image_has_a_boot_sector_and_a_partition_with_all_that_boots()
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/grub/i386-pc") && Directory.Exists("/usr/lib/grub/x86_64-efi"),
            "GRUB is not installed");
        var directory = Directory.CreateTempSubdirectory("standin-").FullName;
        var (kernel, initramfs) = ($"{directory}/vmlinuz", $"{directory}/initramfs.gz");
        await File.WriteAllBytesAsync(kernel, new byte[14 << 20]);
        await File.WriteAllBytesAsync(initramfs, new byte[3 << 20]);
        var disk = await StandInDisk.BuildAsync(directory, new StandInImage(kernel, initramfs));

        var start = new byte[512];
        await using (var file = File.OpenRead(disk))
        {
            await file.ReadExactlyAsync(start, TestContext.Current.CancellationToken);
            Assert.InRange(file.Length, 18L << 20, 64L << 20);
        }

        Assert.Equal([0x55, 0xAA], start[510..]);
        Assert.Equal((0x80, 0xEF), ((int)start[446], (int)start[450])); // to be booted; an EFI system partition
        var files = await Tool.RunAsync("mdir", "-i", $"{disk}@@1M", "-b", "-/");
        foreach (var name in (string[])["::/EFI/BOOT/BOOTX64.EFI", "::/standin/kernel", "::/standin/initramfs"])
            Assert.Contains(name, files, StringComparison.OrdinalIgnoreCase);
        Directory.Delete(directory, recursive: true);
    }
}
