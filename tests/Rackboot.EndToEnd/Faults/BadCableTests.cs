using Rackboot.Contracts;
using Rackboot.EndToEnd.Attacks;
using Rackboot.Lab.Network;

namespace Rackboot.EndToEnd.Faults;

/// <summary>What a machine asks over a network that loses packets.</summary>
public sealed class BadCableTests(ITestOutputHelper output)
{
    private const string Mac = "52:54:00:00:03:77";
    private const string Secret = "machine: { token: over-a-bad-cable }\n";
    private const string Uuid = "52610b00-7ac4-4b07-8000-525400000377";

    [Theory]
    [InlineData(1500)]
    [InlineData(1280)]
    public async Task A_boot_completes_where_a_fifth_of_all_frames_is_lost_and_others_come_twice_or_late(int mtu)
    {
        await using var rack = await TestRack.StartAsync(TestRack.Subnet + "\ndhcp: { probe: off }");
        var kernel = new byte[1 << 20];
        new Random(3).NextBytes(kernel);
        await rack.Client.PutAssetAsync("talos/v1.0.0/amd64/kernel", new MemoryStream(kernel));
        await rack.Client.PutAssetAsync("talos/v1.0.0/amd64/initramfs", new MemoryStream([4, 5, 6]));
        await rack.Client.PutProfileAsync(new Profile { Name = "default", Talos = new TalosRelease { Version = "v1.0.0" } });
        await rack.Client.PutMachineAsync(new Machine
        {
            Name = "node-01", Macs = [Mac], Profile = "default", Address = "10.20.0.30",
            MachineConfig = new MachineConfig { Content = Secret },
        });
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", Mac);
        await host.IpAsync("link", "set", ClientNamespace.Card, "mtu", $"{mtu}");
        await using var cable = await BadCable.LayAsync(rack.Network, "a", lost: 0.2, doubled: 0.1, held: 0.1);

        await LeaseAsync(host);
        var program = Path.GetTempFileName();
        await FetchAsync(host, "tftp://10.20.0.1/autoexec.ipxe", program); // a second a lost block: no more than one of them here
        Assert.StartsWith("#!ipxe", await File.ReadAllTextAsync(program), StringComparison.Ordinal);
        await FetchAsync(host, $"{AttackedRack.Server}/ipxe?mac={Mac}&uuid={Uuid}&serial=S&platform=efi&buildarch=x86_64", program);
        var config = Victim.ConfigUrl(await File.ReadAllTextAsync(program));
        Assert.NotNull(config);
        await FetchAsync(host, $"{AttackedRack.Server}/assets/talos/v1.0.0/amd64/kernel", program);
        Assert.Equal(kernel, await File.ReadAllBytesAsync(program));
        await FetchAsync(host, config, program);
        Assert.Equal(Secret, await File.ReadAllTextAsync(program));
        Assert.Equal(BootStage.Configured, Assert.Single(await rack.Client.GetBootsAsync("node-01")).Stage);

        var counts = await cable.CutAsync();
        output.WriteLine($"MTU {mtu}: 1 boot of 1; frames: {string.Join(", ", counts.Select(c => $"{c.Value} {c.Key}"))}");
        Assert.DoesNotContain(0, counts.Values);
        File.Delete(program);
    }

    // Without -n it begins anew when nobody acknowledges what it took, as firmware does.
    private static async Task LeaseAsync(ClientNamespace host)
    {
        string[] times = ["-t", "6", "-T", "1", "-A", "1"];
        var (exit, output, error) = await host.ExecAsync(
            ["timeout", "120", "busybox", "udhcpc", "-i", ClientNamespace.Card, "-f", "-q", .. times, "-s", "/bin/true"]);
        Assert.True(exit == 0 && (output + error).Contains("lease of 10.20.0.30 obtained", StringComparison.Ordinal), output + error);
        await host.IpAsync("address", "add", "10.20.0.30/24", "dev", ClientNamespace.Card);
    }

    // One attempt, as firmware makes it: what is lost is asked for again below.
    private static async Task FetchAsync(ClientNamespace host, string url, string file, params string[] more)
    {
        var (exit, output, error) = await host.ExecAsync(["curl", "-sS", "-m", "300", "-o", file, .. more, url]);
        Assert.True(exit == 0, $"{url}: {output}{error}");
    }
}
