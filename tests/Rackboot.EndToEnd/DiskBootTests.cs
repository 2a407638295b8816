using System.Text;
using Rackboot.Contracts;
using Rackboot.Lab;
using Rackboot.Lab.Machines;
using Rackboot.Lab.Rack;

namespace Rackboot.EndToEnd;

/// <summary>Real firmware, sent from the network to the disk, starts what is on the disk (docs/boot-from-disk.md).</summary>
[Trait("Category", "Slow")]
public sealed class DiskBootTests
{
    private const string FromDisk = "started from the disk";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    [Fact]
    public async Task Every_firmware_goes_on_to_its_disk_by_the_methods_that_it_understands()
    {
        await using var rack = await TestRack.StartAsync();
        var bios = await AddAsync(rack, "bios-sanboot", MachineFirmware.Bios, 1, DiskBootMethod.Auto);
        var exit = await AddAsync(rack, "uefi-exit", MachineFirmware.UefiPxe, 2, DiskBootMethod.Auto);
        var pxe = await AddAsync(rack, "uefi-pxe-404", MachineFirmware.UefiPxe, 3, DiskBootMethod.Http404);
        var http = await AddAsync(rack, "uefi-http-404", MachineFirmware.UefiHttp, 4, DiskBootMethod.Http404);
        await rack.PowerAsync("on --all --boot network");

        foreach (var machine in new[] { bios, exit, pxe, http })
        {
            await machine.WaitForConsoleAsync(FromDisk, Patience);
            Assert.Equal(BootOutcome.Disk, (await rack.Client.GetBootsAsync(machine.Name))[0].Outcome);
        }
    }

    private static async Task<QemuMachine> AddAsync(
        VirtualRack rack, string name, MachineFirmware firmware, int number, DiskBootMethod method)
    {
        var machine = await rack.AddAsync(name, firmware, number);
        await rack.Client.PutCredentialAsync(VirtualRack.BmcCredential);
        await rack.Client.PutMachineAsync(rack.Describe(machine,
            address: null) with { Profile = null, MachineConfig = null, Boot = new MachineBoot { From = BootSource.Disk, Disk = method } });
        if (firmware == MachineFirmware.Bios)
            WriteBootSector(machine.Disk);
        else
            await WriteShellScriptAsync(machine.Disk);
        return machine;
    }

    // cli; cld; xor ax,ax; mov ds,ax; mov si,7C17h; next: lodsb; test al,al; jz end; mov dx,3F8h; out dx,al; jmp next; end: hlt; jmp end;
    // then the words for COM1.
    private static void WriteBootSector(string disk)
    {
        byte[] code = [0xFA, 0xFC, 0x31, 0xC0, 0x8E, 0xD8, 0xBE, 0x17, 0x7C, 0xAC, 0x84, 0xC0, 0x74, 0x06, 0xBA, 0xF8, 0x03, 0xEE, 0xEB,
            0xF5, 0xF4, 0xEB, 0xFD, .. Encoding.ASCII.GetBytes(FromDisk + "\r\n"), 0];
        using var file = File.OpenWrite(disk);
        file.Write(code);
        file.Position = 510;
        file.Write([0x55, 0xAA]);
    }

    // OVMF's last boot entry is the UEFI shell, which runs startup.nsh of the first disk that has one. It is reached when every entry
    // before it gave up.
    private static async Task WriteShellScriptAsync(string disk)
    {
        var script = disk + ".nsh";
        await File.WriteAllTextAsync(script, $"echo {FromDisk}\r\n");
        await Tool.RunAsync("mkfs.vfat", "-F", "32", disk);
        await Tool.RunAsync("mcopy", "-i", disk, script, "::/startup.nsh");
    }
}
