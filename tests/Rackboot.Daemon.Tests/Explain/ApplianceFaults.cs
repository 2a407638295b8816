using Rackboot.Dhcp;
using Rackboot.Dhcp.Tests;
using static Rackboot.Daemon.Tests.Explain.Faults;

namespace Rackboot.Daemon.Tests.Explain;

/// <summary>What befalls the appliance itself, and boots that only look wrong.</summary>
internal static class ApplianceFaults
{
    private const string Section = "The appliance, and boots that go on";

    public static IEnumerable<Fault> All =>
    [
        new(Section, "The daemon restarted during a boot", "daemon-restarted",
            "node-01 did not get past stage kernel: rackbootd restarted; it did not see what the machine did since 03:04:07 (5 "
            + "s ago).", async rack =>
        {
            await FirmwareFaults.Usual(rack);
            await rack.KernelAsync(await rack.ToScriptAsync(A));
            await rack.RestartAsync();
            rack.Clock.Pass(5);
            return Node;
        }) { Remedy = "by themselves" },
        new(Section, "The wall clock is set forward during a boot", "booting",
            "node-01 is booting: stage script, 5 s ago: boots profile default, Talos v1.14.0 amd64: its profile.", async rack =>
        {
            await FirmwareFaults.Usual(rack);
            await rack.ToScriptAsync(A);
            rack.Tick();
            rack.Clock.Set(rack.Clock.GetUtcNow().AddHours(2));
            rack.Tick();
            rack.Clock.Pass(5);
            return Node;
        }) { Evidence = "was set forward by 2 h" },
        new(Section, "The clock says 2015", "booting",
            "node-01 is booting: stage script, 5 s ago: boots profile default, Talos v1.14.0 amd64: its profile.", async rack =>
        {
            await FirmwareFaults.Usual(rack);
            rack.Clock.Set(new DateTimeOffset(2015, 1, 1, 0, 0, 0, TimeSpan.Zero));
            rack.Tick();
            await rack.ToScriptAsync(A);
            rack.Clock.Pass(5);
            return Node;
        }) { Evidence = "before this program was built" },
        new(Section, "A boot that makes progress", "booting",
            "node-01 is booting: stage firmware, 4 s ago: PXE firmware (uefi amd64) asked (request); gave 10.20.0.100, boot file "
            + "ipxe/amd64/snponly.efi.", async rack =>
        {
            await FirmwareFaults.Usual(rack);
            rack.Firmware(A);
            rack.Clock.Pass(4);
            return Node;
        }),
        new(Section, "A machine that boots its disk", "disk",
            "node-01 was told to boot from its disk 90 s ago. Rackboot cannot see whether its system came up.", async rack =>
        {
            await rack.ProfileAsync();
            await rack.DescribeAsync(Node, A, ""","boot":{"from":"disk"}""");
            await rack.ToScriptAsync(A);
            rack.Clock.Pass(90);
            return Node;
        }),
        new(Section, "Two boards with one UUID", "booting",
            "node-01 is booting: stage script, 2 s ago: boots profile default, Talos v1.14.0 amd64: its profile.", async rack =>
        {
            await rack.ProfileAsync();
            await rack.DescribeAsync(Node, A, ""","profile":"default" """);
            await rack.DescribeAsync("node-02", B, ""","profile":"default" """);
            foreach (var mac in new[] { B, A })
            {
                var address = await rack.ToIpxeAsync(mac);
                await rack.GetAsync(address,
                    $"/ipxe?mac={mac}&uuid=01020304-0506-0708-090a-0b0c0d0e0f10&serial=&platform=efi&buildarch=x86_64");
            }

            rack.Clock.Pass(2);
            return Node;
        }) { Evidence = "the same UUID as node-02" },
        new(Section, "The daemon restarted during the transfer of the kernel", "daemon-restarted",
            "node-01 did not get past stage kernel: rackbootd restarted; it did not see what the machine did since 03:04:07, "
            + "and the transfer of kernel broke off at … of 14,186,432 bytes (5 s ago).", async rack =>
        {
            await rack.ProfileAsync(kernelBytes: 14_186_432);
            await rack.DescribeAsync(Node, A, ""","profile":"default" """);
            var address = await rack.ToScriptAsync(A);
            await FileFaults.ResetAsync(rack, address); // as the end of the daemon does to the connection, and it is noted for certain
            await rack.RestartAsync();
            rack.Clock.Pass(5);
            return Node;
        }) { Remedy = "by themselves" },
    ];
}
