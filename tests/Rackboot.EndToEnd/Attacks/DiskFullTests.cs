using Rackboot.Contracts;
using Rackboot.Lab;
using Rackboot.Lab.Network;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd.Attacks;

/// <summary>A full disk, one that fails, and a damaged store stop no rack.</summary>
public sealed class DiskFullTests
{
    [Fact]
    public async Task On_a_full_disk_known_machines_boot_strangers_end_nothing_and_everything_is_stored_again_when_there_is_space()
    {
        await using var disk = await SmallDisk.StartAsync(megabytes: 3);
        await using var victim = await ClientNamespace.CreateAsync(disk.Rack.Network, "victim", SmallDisk.VictimMac);
        await using var stranger = await ClientNamespace.CreateAsync(disk.Rack.Network, "stranger", "52:54:00:00:09:09", "10.20.0.9/24");
        await disk.DescribeVictimAsync();
        await disk.FillAsync(stranger);

        // Strangers, unauthenticated: the daemon of before ended at the first of these.
        for (var i = 0; i < 50; i++)
            Assert.Equal(200, (await stranger.CurlAsync($"http://10.20.0.1/ipxe?mac=52540011{i:x4}")).Status);
        Assert.Equal("10.20.0.21", await victim.UdhcpcAsync());
        var (status, script) = await victim.CurlAsync($"http://10.20.0.1/ipxe?mac={SmallDisk.VictimMac}");
        Assert.Equal(200, status);
        Assert.Contains("/assets/talos/v1.14.0/amd64/kernel", script, StringComparison.Ordinal);

        var refused = await Assert.ThrowsAsync<ApiException>(() => disk.Rack.Client.PutMachineAsync(new Machine
        {
            Name = "another",
            Macs = ["52:54:00:00:02:77"],
            MachineConfig = new MachineConfig { Content = $"version: v1alpha1\nmachine:\n  type: worker\n  note: "
                + $"{new string('x', 900_000)}\n" },
        }));
        Assert.Contains("the disk has been full since", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"free space in {disk.Data}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("problem: store: the disk has been full since", (await disk.Rack.RackbootAsync("status")).Output,
            StringComparison.Ordinal);

        disk.Free();
        await disk.WellAsync();
        await disk.Rack.Client.PutProfileAsync(new Profile { Name = "another", Talos = new TalosRelease { Version = "v1.14.0" } });
        Assert.Equal("10.20.0.21", await victim.UdhcpcAsync());
        await disk.Rack.StopDaemonAsync(signal: 9);
        await disk.Rack.StartDaemonAsync();
        Assert.Contains(await disk.Rack.Client.GetProfilesAsync(), p => p.Name == "another");
        Assert.Contains(await disk.Rack.Client.GetLeasesAsync(), l => l.Address == "10.20.0.21");
    }

    [Fact]
    public async Task A_disk_that_fails_ends_nothing_and_is_written_again_when_it_works()
    {
        await using var disk = await SmallDisk.StartAsync(megabytes: 64);
        await using var victim = await ClientNamespace.CreateAsync(disk.Rack.Network, "victim", SmallDisk.VictimMac);
        await disk.DescribeVictimAsync();
        var (_, pids, _) = await Tool.TryRunAsync("ip", "netns", "pids", disk.Rack.Network.Name);
        var daemon = pids.Split('\n', StringSplitOptions.RemoveEmptyEntries).Single(pid =>
            File.ReadAllText($"/proc/{pid}/comm").StartsWith("rackbootd", StringComparison.Ordinal));
        using (var faults = Tool.StartInBackground(Path.Combine(disk.Data, "strace.log"), "strace", "-f", "-qq", "-o", "/dev/null", "-e",
            "trace=pwrite64,fdatasync", "-e", "inject=pwrite64,fdatasync:error=EIO", "-p", daemon))
        {
            await Wait.UntilAsync(async () =>
            {
                try
                {
                    await disk.Rack.Client.PutProfileAsync(new Profile { Name = $"p{Random.Shared.Next():x}",
                        Talos = new TalosRelease { Version = "v1.14.0" } });
                    return false;
                }
                catch (ApiException e)
                {
                    Assert.Contains("has failed since", e.Message, StringComparison.Ordinal);
                    return true;
                }
            }, "a change is refused");
            Assert.Equal("10.20.0.21", await victim.UdhcpcAsync());
            Assert.Equal(200, (await victim.CurlAsync($"http://10.20.0.1/ipxe?mac={SmallDisk.VictimMac}")).Status);
            Assert.Contains("journalctl -k", Assert.Single((await disk.Rack.Client.GetStatusAsync()).Problems), StringComparison.Ordinal);
            await Tool.RunAsync("kill", "-INT", $"{faults.Id}");
            await faults.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await disk.WellAsync();
        await disk.Rack.Client.PutProfileAsync(new Profile { Name = "after", Talos = new TalosRelease { Version = "v1.14.0" } });
    }

    [Fact]
    public async Task A_damaged_store_is_one_sentence_at_the_start_that_says_what_to_restore()
    {
        await using var disk = await SmallDisk.StartAsync(megabytes: 64);
        await disk.DescribeVictimAsync();
        await disk.Rack.StopDaemonAsync();
        var store = Path.Combine(disk.Data, "rackboot.db");
        var copy = await File.ReadAllBytesAsync(store, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(store, [.. copy.Select(b => (byte)~b)], TestContext.Current.CancellationToken);
        var said = (await Assert.ThrowsAsync<LabException>(disk.Rack.StartDaemonAsync)).Message;
        Assert.Contains($"{store} is damaged (", said, StringComparison.Ordinal);
        Assert.Contains("restore it from a copy, with the key of that time", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);

        await File.WriteAllBytesAsync(store, copy, TestContext.Current.CancellationToken);
        await disk.Rack.StopDaemonAsync();
        await disk.Rack.StartDaemonAsync();
        Assert.Contains(await disk.Rack.Client.GetMachinesAsync(), m => m.Name == "victim");
    }

    [Fact]
    public async Task A_store_that_is_damaged_while_it_is_used_ends_nothing()
    {
        await using var disk = await SmallDisk.StartAsync(megabytes: 64);
        await using var victim = await ClientNamespace.CreateAsync(disk.Rack.Network, "victim", SmallDisk.VictimMac);
        await disk.DescribeVictimAsync("version: v1alpha1\nmachine:\n  type: worker\n");
        await disk.Rack.StopDaemonAsync();
        await disk.Rack.StartDaemonAsync();
        // Every page but the first, behind the back of the daemon.
        await Tool.RunAsync("sh", "-c", $"f={disk.Data}/rackboot.db; head -c $(($(stat -c %s $f) - 4096)) /dev/urandom | dd of=$f "
            + $"bs=4096 seek=1 conv=notrunc 2>/dev/null");
        await Wait.UntilAsync(async () =>
        {
            await disk.Rack.RackbootAsync("credential", "rekey"); // reads every configuration
            return (await disk.Rack.Client.GetStatusAsync()).Problems is [var problem] && problem.Contains("is damaged, detected",
                StringComparison.Ordinal);
        }, "the daemon says that its store is damaged");
        Assert.Equal("10.20.0.21", await victim.UdhcpcAsync());
        Assert.StartsWith("#!ipxe", (await victim.CurlAsync($"http://10.20.0.1/ipxe?mac={SmallDisk.VictimMac}")).Body,
            StringComparison.Ordinal);
    }
}
