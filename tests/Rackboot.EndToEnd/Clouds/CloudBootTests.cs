using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Rackboot.Cloud.Tests.Simulators;
using Rackboot.Lab;
using Rackboot.Lab.Rack;
using Rackboot.Lab.StandIn;
using Rackboot.Lab.Tests.StandIn;
using Rackboot.Talos.Configuration;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd.Clouds;

/// <summary>A machine that a provider starts with the very iPXE script that it was given.</summary>
[Trait("Category", "Slow")]
public sealed class CloudBootTests : IDisposable
{
    private const string Mac = "52:54:00:00:0c:01";
    private const string Uuid = "52610b00-7ac4-4b07-8000-525400000c01";
    private const string Tap = "tapcloud";

    private static readonly TimeSpan BootTime = TimeSpan.FromMinutes(5);

    private readonly string _directory = Directory.CreateTempSubdirectory("rb-cloud-").FullName;
    private Process? _machine;

    private string Console => Path.Combine(_directory, "console");

    public void Dispose()
    {
        if (_machine is { HasExited: false })
            _machine.Kill(entireProcessTree: true);
        _machine?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_server_boots_the_script_that_its_provider_was_given_and_gets_its_configuration_over_the_Talos_API()
    {
        await using var rack = await TestRack.StartAsync();
        await rack.ServeStandInsAsync(TestRack.StandInCache);
        var image = await StandInImage.BuildAsync(TestRack.StandInCache);
        await using var host = await ProviderHost.StartAsync(rack.Network, Providers.Start("latitude"), 18000);
        // An object store of the operator's has the files, and the provider's iPXE fetches the script from the provider.
        await using var site = await NamespaceSite.StartAsync(rack.Network, new IPEndPoint(IPAddress.Parse("10.20.0.1"), 8081), http =>
            http.Request.Path.Value switch
            {
                "/script" => http.Response.WriteAsync(host.Cloud.Servers[0].Boot!),
                var path when path!.EndsWith("/kernel-amd64", StringComparison.Ordinal) => http.Response.SendFileAsync(image.Kernel),
                var path when path!.EndsWith("/initramfs-amd64.xz", StringComparison.Ordinal) =>
                    http.Response.SendFileAsync(image.Initramfs),
                _ => Task.FromResult(http.Response.StatusCode = 404),
            });
        await BuyAsync(rack, host);
        var server = Assert.Single(host.Cloud.Servers);
        Assert.StartsWith("#!ipxe\n", server.Boot, StringComparison.Ordinal);
        await StartAsync(rack, "10.20.0.1:8081/script");

        // The provider says which address it has.
        server.Address = await Wait.ForAsync(
            async () => (await rack.Client.GetLeasesAsync()).FirstOrDefault(l => l.Mac == Mac)?.Address,
            "it has a lease", BootTime, TailAsync);
        await Wait.UntilAsync(async () =>
        {
            await rack.Client.GetCloudMachinesAsync(fresh: true);
            return (await rack.Client.ExplainAsync("node-31")).Evidence.Any(e =>
                e.StartsWith("its configuration was pushed to it; Talos showed", StringComparison.Ordinal));
        }, "its configuration was pushed to it", BootTime, TailAsync);
        // It installed, and its provider started it with the same script again: what is on the disk counts.
        await Wait.UntilAsync(() => Tail(int.MaxValue).Contains("its configuration is taken", StringComparison.Ordinal),
            "it takes its configuration", BootTime, TailAsync);
    }

    private Task<string> TailAsync() => Task.FromResult(Tail());

    private async Task BuyAsync(VirtualRack rack, ProviderHost host)
    {
        var file = Path.Combine(_directory, "cloud.yaml");
        await File.WriteAllTextAsync(file, host.Documents("http://10.20.0.1:8081/") +
            $$"""
            ---
            apiVersion: v1alpha1
            kind: Profile
            name: default
            talos: { version: v1.13.9 }
            {{host.Machine("node-31")}}
            machineConfig: { file: node-31.yaml }
            """);
        await using (var room = new NodeRoom())
            await File.WriteAllTextAsync(Path.Combine(_directory, "node-31.yaml"),
                NodeRoom.Configuration(room.Secrets, controlPlane: false, new TalosRelease(1, 13)).Reveal()
                    .Replace("/dev/nvme0n1", "/dev/vda", StringComparison.Ordinal));
        var (exit, output, error) = await rack.RackbootAsync("apply", "--yes", "-f", file);
        Assert.True(exit == 0, output + error);
        await Wait.UntilAsync(async () =>
        {
            if ((await rack.Client.GetCloudMachinesAsync(fresh: true)).Any(m => m.Waits))
                await rack.Client.ApproveAsync(["node-31"]);
            return host.Cloud.Servers.Count > 0;
        }, "the server is bought", BootTime, () => Task.FromResult(output + error));
    }

    // The provider's iPXE: it gets an address, and goes on with the customer's script.
    private async Task StartAsync(VirtualRack rack, string script)
    {
        await rack.Network.AddTapAsync(Tap);
        await File.WriteAllTextAsync(Path.Combine(_directory, "provider.ipxe"),
            $"#!ipxe\ndhcp || reboot\nchain http://{script} || reboot\n");
        await using (var disk = File.Create(Path.Combine(_directory, "disk")))
            disk.SetLength(8L << 30);
        _machine = Tool.StartInBackground(Path.Combine(_directory, "qemu.log"), "ip", "netns", "exec", rack.Network.Name,
            "qemu-system-x86_64",
            "-accel", "tcg,thread=multi", "-cpu", "max", "-m", "512", "-smp", "1", "-nodefaults", "-display", "none", "-uuid", Uuid,
            "-serial", $"file:{Console}", "-machine", "pc,graphics=off",
            "-netdev", $"tap,id=net0,ifname={Tap},script=no,downscript=no", "-device", $"virtio-net-pci,netdev=net0,mac={Mac},romfile=",
            "-drive", $"if=none,id=disk0,format=raw,file={Path.Combine(_directory, "disk")}", "-device", "virtio-blk-pci,drive=disk0",
            "-device", "virtio-rng-pci", "-kernel", "/usr/lib/ipxe/ipxe.lkrn", "-initrd", Path.Combine(_directory, "provider.ipxe"));
    }

    private string Tail(int lines = 25) => File.Exists(Console)
        ? string.Join('\n', File.ReadAllText(Console).Split('\n').TakeLast(lines)) : "its console said nothing";
}
