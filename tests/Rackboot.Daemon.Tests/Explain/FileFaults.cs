using Rackboot.Contracts;
using System.Net.Sockets;
using System.Text;
using static Rackboot.Daemon.Tests.Explain.Faults;

namespace Rackboot.Daemon.Tests.Explain;

/// <summary>What goes wrong with what is to be booted.</summary>
internal static class FileFaults
{
    private const string Section = "Boot files and profiles";

    public static IEnumerable<Fault> All =>
    [
        new(Section, "Kernel and initramfs are not in the store, before the machine was ever seen", "blocked",
            "node-01 has not been seen booting from the network, and cannot boot: profile default needs talos/v1.14.0/amd64/kernel, "
            + "which is not in the asset store.", async rack =>
        {
            await rack.IpxeAsync();
            await rack.Client.PutAsync(ApiPaths.Profiles, "default", """{"name":"default","talos":{"version":"v1.14.0","arch":"amd64"}}""");
            await rack.DescribeAsync(Node, A, ""","profile":"default" """);
            return Node;
        }) { Remedy = "rackboot asset import --version v1.14.0 --arch amd64" },
        new(Section, "Kernel and initramfs are not in the store, and the machine waits", "blocked",
            "node-01 did not get past stage script: profile default needs talos/v1.14.0/amd64/kernel, which is not in the asset "
            + "store (7 s ago).", async rack =>
        {
            await rack.IpxeAsync();
            await rack.Client.PutAsync(ApiPaths.Profiles, "default", """{"name":"default","talos":{"version":"v1.14.0","arch":"amd64"}}""");
            await rack.DescribeAsync(Node, A, ""","profile":"default" """);
            await rack.ToScriptAsync(A);
            rack.Clock.Pass(7);
            return Node;
        }) { Remedy = "rackboot asset import --version v1.14.0 --arch amd64" },
        new(Section, "A profile for another architecture", "blocked",
            "node-01 did not get past stage script: profile arm is for arm64, but this machine is amd64 (7 s ago).", async rack =>
        {
            await rack.IpxeAsync();
            await rack.Client.PutAsync(ApiPaths.Profiles, "arm", """{"name":"arm","talos":{"version":"v1.14.0","arch":"arm64"}}""");
            await rack.ImportAsync("talos/v1.14.0/arm64/kernel", 1000);
            await rack.ImportAsync("talos/v1.14.0/arm64/initramfs", 1000);
            await rack.DescribeAsync(Node, A, ""","profile":"arm" """);
            await rack.ToScriptAsync(A);
            rack.Clock.Pass(7);
            return Node;
        }) { Remedy = "profile for amd64" },
        new(Section, "A machine without a profile", "waiting",
            "node-01 waits at the network stage: it has no profile, so there is nothing to boot.", async rack =>
        {
            await rack.IpxeAsync();
            await rack.DescribeAsync(Node, A);
            await rack.ToScriptAsync(A);
            rack.Clock.Pass(7);
            return Node;
        }) { Remedy = "rackboot apply" },
        new(Section, "A kernel command line that is too long", "command-line-cut",
            "node-01 did not get past stage script: the kernel command line is longer than 2047 characters and will be cut (7 "
            + "s ago).", async rack =>
        {
            var arguments = string.Join(',', Enumerable.Range(0, 300).Select(i => $"\"driver.option{i}=some-value\""));
            await rack.ProfileAsync(more: $",\"kernelArguments\":[{arguments}]");
            await rack.DescribeAsync(Node, A, ""","profile":"default" """);
            await rack.ToScriptAsync(A);
            rack.Clock.Pass(7);
            return Node;
        }) { Remedy = "kernelArguments of profile default" },
        new(Section, "The transfer of the kernel is reset", "transfer-broke-off",
            "node-01 did not get past stage kernel: the transfer of kernel broke off after … of 14,186,432 bytes (3 s ago).",
            async rack =>
        {
            await rack.ProfileAsync(kernelBytes: 14_186_432);
            await rack.DescribeAsync(Node, A, ""","profile":"default" """);
            await ResetAsync(rack, await rack.ToScriptAsync(A));
            rack.Clock.Pass(3);
            var timeline = rack.Boots.Log.Timeline(rack.Boots.Log.Newest()[0].Id);
            Assert.DoesNotContain(timeline, e => e.Text.StartsWith("has kernel", StringComparison.Ordinal));
            return Node;
        }) { Remedy = "cable" },
        new(Section, "The initramfs is not fetched after the kernel", "initramfs-not-fetched",
            "node-01 had kernel 40 s ago, longer than usual, and did not fetch the initramfs.", async rack =>
        {
            await FirmwareFaults.Usual(rack);
            await KernelAsync(rack, await rack.ToScriptAsync(A));
            rack.Clock.Pass(40);
            return Node;
        }) { Remedy = "memory" },
        new(Section, "Kernel and initramfs arrived, and no system comes up", "system-not-started",
            "node-01 had kernel and initramfs 45 s ago, longer than usual, and no operating system asked for an address: most likely "
            + "the kernel does not start, or has no driver for its network card.", async rack =>
        {
            await FirmwareFaults.Usual(rack);
            await rack.KernelAsync(await rack.ToScriptAsync(A));
            rack.Clock.Pass(45);
            return Node;
        }) { Remedy = "console=ttyS0" },
        new(Section, "The same after the limit of the stage", "system-not-started",
            "node-01 has stopped. It had kernel and initramfs 7 min ago and no operating system asked for an address: most likely the "
            + "kernel does not start, or has no driver for its network card.", async rack =>
        {
            await FirmwareFaults.Usual(rack);
            await rack.KernelAsync(await rack.ToScriptAsync(A));
            rack.Clock.Pass(400);
            rack.Tick();
            return Node;
        }) { Remedy = "rackboot console node-01" },
        new(Section, "A truncated boot file in the store", "file-damaged",
            "node-01 did not get past stage script: it asked for talos/v1.14.0/amd64/kernel, whose file has 1,000 bytes "
            + "instead of the imported 400,000 (2 s ago).", async rack =>
        {
            await FirmwareFaults.Usual(rack);
            var address = await rack.ToScriptAsync(A);
            using (var file = File.OpenWrite(rack.FileOf("talos/v1.14.0/amd64/kernel")))
                file.SetLength(1000);
            await rack.GetAsync(address, "/assets/talos/v1.14.0/amd64/kernel");
            rack.Clock.Pass(2);
            return Node;
        }) { Remedy = "rackboot asset verify" },
        new(Section, "A path that the appliance does not have", "file-missing",
            "node-01 did not get past stage iPXE: it asked for /pxelinux.cfg/default by HTTP, which is not a path of this appliance (2 "
            + "s ago).", async rack =>
        {
            await FirmwareFaults.Usual(rack);
            await rack.GetAsync(await rack.ToIpxeAsync(A), "/pxelinux.cfg/default");
            rack.Clock.Pass(2);
            return Node;
        }) { Remedy = "boot file" },
        new(Section, "A path that the appliance does not have, requested by an unknown address", "file-missing",
            "10.20.0.201 asked for /ks.cfg by HTTP (HEAD), which is not a path of this appliance (2 s ago).", async rack =>
        {
            await rack.GetAsync("127.20.0.201", "/ks.cfg", "HEAD");
            rack.Clock.Pass(2);
            return "127.20.0.201";
        }) { Remedy = "rackboot get assets" },
    ];

    private static async Task KernelAsync(FaultRack rack, string address)
    {
        await rack.GetAsync(address, "/assets/talos/v1.14.0/amd64/kernel");
        await rack.UntilAsync(() => rack.Boots.Log.Newest()[0].Files.GetValueOrDefault("kernel")?.IsWhole is true);
    }

    public static async Task ResetAsync(FaultRack rack, string address)
    {
        using (var client = await rack.ConnectAsync(address))
        {
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes("GET /assets/talos/v1.14.0/amd64/kernel HTTP/1.1\r\nHost: x\r\n\r\n"));
            await stream.ReadExactlyAsync(new byte[2_000_000]);
            client.Client.LingerState = new LingerOption(true, 0); // RST
        }

        await rack.UntilAsync(() => rack.Boots.Log.Timeline(rack.Boots.Log.Newest()[0].Id)
            .Any(e => e.Text.Contains("broke off", StringComparison.Ordinal)));
    }
}
