using Rackboot.Contracts;
using Rackboot.Lab;
using Rackboot.Lab.Network;
using Rackboot.Lab.Rack;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd.Attacks;

/// <summary>A rack whose daemon keeps its data on a disk of its own, of a few megabytes, that a test can fill.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    public const string VictimMac = "52:54:00:00:02:01";

    private readonly string _state;

    private SmallDisk(string state) => _state = state;

    public VirtualRack Rack { get; private set; } = null!;

    public string Data => Path.Combine(_state, "data");

    private string Filler => Path.Combine(Data, "filler");

    public static async Task<SmallDisk> StartAsync(int megabytes)
    {
        TestRack.SkipUnlessPossible();
        var name = $"rbd{Environment.ProcessId % 10000}";
        var disk = new SmallDisk(Directory.CreateTempSubdirectory($"{name}-").FullName);
        Directory.CreateDirectory(disk.Data);
        await Tool.RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=0700", "none", disk.Data);
        try
        {
            disk.Rack = await VirtualRack.StartAsync(new RackPlan { Name = name, StateDirectory = disk._state,
                Programs = TestRack.ProgramDirectory, Settings = TestRack.Subnet, BootSettings = "poll: 1s" });
            return disk;
        }
        catch
        {
            await disk.DisposeAsync();
            throw;
        }
    }

    /// <summary>A machine with a reserved address, which the operator has described; its profile's files are there.</summary>
    public async Task DescribeVictimAsync(string? config = null)
    {
        await using (var file = new MemoryStream([1, 2, 3]))
            await Rack.Client.PutAssetAsync("talos/v1.14.0/amd64/kernel", file);
        await using (var file = new MemoryStream([1, 2, 3]))
            await Rack.Client.PutAssetAsync("talos/v1.14.0/amd64/initramfs", file);
        await Rack.Client.PutProfileAsync(new Profile { Name = "default", Talos = new TalosRelease { Version = "v1.14.0" } });
        await Rack.Client.PutMachineAsync(new Machine { Name = "victim", Macs = [VictimMac], Address = "10.20.0.21", Profile = "default",
            MachineConfig = config is null ? null : new MachineConfig { Content = config } });
    }

    /// <summary>Takes what is free on the disk, and has a stranger fill the rest, until the daemon says that it is full.</summary>
    public async Task FillAsync(ClientNamespace stranger)
    {
        await Wait.UntilAsync(async () =>
        {
            await Tool.TryRunAsync("sh", "-c", $"cat /dev/zero >> {Filler}");
            await stranger.ExecAsync("curl", "-s", "-o", "/dev/null",
                $"http://10.20.0.1/ipxe?mac=5254{Random.Shared.Next(1000, 9999)}[1000-1200]");
            return (await Rack.Client.GetStatusAsync()).Problems is [var problem] && problem.Contains("the disk has been full since",
                StringComparison.Ordinal);
        }, "the daemon says that the disk is full");
    }

    public void Free() => File.Delete(Filler);

    public Task WellAsync() => Wait.UntilAsync(
        async () => (await Rack.Client.GetStatusAsync()).Problems.Count == 0, "the daemon says that all is well");

    public async ValueTask DisposeAsync()
    {
        if (Rack is not null)
            await Rack.DisposeAsync();
        await Tool.RunAsync("umount", Data);
        Directory.Delete(_state, recursive: true);
    }
}
