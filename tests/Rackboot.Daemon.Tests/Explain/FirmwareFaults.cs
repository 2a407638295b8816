using Rackboot.Dhcp;
using Rackboot.Dhcp.Tests;
using static Rackboot.Daemon.Tests.Explain.Faults;

namespace Rackboot.Daemon.Tests.Explain;

/// <summary>What stops firmware and iPXE.</summary>
internal static class FirmwareFaults
{
    private const string Section = "Firmware and iPXE";

    public static IEnumerable<Fault> All =>
    [
        new(Section, "No iPXE for the machine's firmware", "no-boot-program",
            "node-01 did not get past stage firmware: there is no iPXE binary for uefi amd64 (3 s ago).", async rack =>
        {
            await rack.DescribeAsync(Node, A);
            rack.Firmware(A);
            rack.Clock.Pass(3);
            return Node;
        }) { Remedy = "rackboot asset import --ipxe amd64" },
        new(Section, "An architecture that iPXE does not support", "no-boot-program",
            "node-01 did not get past stage firmware: iPXE does not support its architecture, Itanium (3 s ago).",
            async rack =>
        {
            await rack.ProfileAsync();
            await rack.DescribeAsync(Node, A, ""","profile":"default" """);
            rack.Firmware(A, (ClientArchitecture)2);
            rack.Clock.Pass(3);
            return Node;
        }),
        new(Section, "UDP port 69 does not reach the appliance", "tftp-unreachable",
            "node-01 asked for its address 40 s ago, got one, and never fetched its boot file: most likely UDP port 69 does not reach "
            + "this appliance.", async rack =>
        {
            await Usual(rack);
            rack.Firmware(A);
            rack.Clock.Pass(40);
            return Node;
        }) { Remedy = "UDP port 69" },
        new(Section, "Firmware that asks again every 40 seconds", "tftp-unreachable",
            "node-01 has asked for its address 6 times in 4 min, got one, and never fetched its boot file: most likely UDP port 69 does "
            + "not reach this appliance.", async rack =>
        {
            await Usual(rack);
            for (var i = 0; i < 6; i++, rack.Clock.Pass(40))
            {
                rack.Firmware(A);
                rack.Tick();
            }

            rack.Tick();
            return Node;
        }) { Remedy = "UDP port 69" },
        new(Section, "Proxy mode, and UDP port 69 does not reach the appliance", "tftp-unreachable",
            "node-01 asked for its address 40 s ago, got one, and never fetched its boot file: most likely UDP port 69 does not reach "
            + "this appliance.", async rack =>
        {
            await Usual(rack);
            rack.Discover(A);
            rack.Send(new ClientPacket(DhcpMessageType.Request, A).Pxe(ClientArchitecture.X64Uefi).Requesting("127.20.0.77")
                .From("127.20.0.9"));
            rack.Clock.Pass(40);
            return Node;
        }, "subnets: [{ subnet: 127.20.0.0/24, mode: proxy }]") { Remedy = "UDP port 69" },
        new(Section, "UEFI HTTP boot, and TCP port 80 does not reach the appliance", "http-unreachable",
            "node-01 asked for its address 40 s ago, got one, and never fetched its boot file: most likely TCP port 80 does not reach "
            + "this appliance.", async rack =>
        {
            await Usual(rack);
            rack.Lease(() => FaultRack.With(A, p => p.Http()));
            rack.Clock.Pass(40);
            return Node;
        }) { Remedy = "TCP port 80" },
        new(Section, "UEFI HTTP boot that only asks for the size", "http-unreachable",
            "node-01 asked for its address 40 s ago, got one, and never fetched its boot file (it only asked for the size of "
            + "ipxe/amd64/snponly.efi): most likely TCP port 80 does not reach this appliance.", async rack =>
        {
            await Usual(rack);
            var address = rack.Lease(() => FaultRack.With(A, p => p.Http()));
            await rack.GetAsync(address, "/assets/ipxe/amd64/snponly.efi", "HEAD");
            rack.Clock.Pass(40);
            return Node;
        }) { Remedy = "console" },
        new(Section, "The answers of TFTP do not reach the machine", "tftp-answers-lost",
            "node-01 did not get past stage program: it acknowledged no block of ipxe/amd64/snponly.efi: the client fell silent "
            + "after block 0 of 141 (6 s ago).", async rack =>
        {
            await Usual(rack);
            await BrokenAsync(rack, -1);
            return Node;
        }) { IsHasty = true, Remedy = "boot.tftpSinglePort" },
        new(Section, "Large packets are lost on the way", "path-mtu",
            "node-01 did not get past stage program: no block of ipxe/amd64/snponly.efi (1,468 bytes each) arrived, while small "
            + "packets arrived: the client fell silent after block 0 of 137 (6 s ago).", async rack =>
        {
            await Usual(rack);
            await BrokenAsync(rack, 0, blockBytes: 1468);
            return Node;
        }) { IsHasty = true, Remedy = "MTU" },
        new(Section, "Large packets are lost, and the firmware restarts", "path-mtu",
            "node-01 did not get past stage program: no block of ipxe/amd64/snponly.efi (1,468 bytes each) arrived, while small "
                + "packets arrived: "
            + "the client fell silent after block 0 of 137 (9 s ago).", async rack =>
        {
            await Usual(rack);
            await BrokenAsync(rack, 0, blockBytes: 1468);
            rack.Firmware(A);
            rack.Clock.Pass(3);
            return Node;
        }) { IsHasty = true, Remedy = "MTU" },
        new(Section, "A transfer by TFTP breaks off", "transfer-broke-off",
            "node-01 did not get past stage program: the transfer of ipxe/amd64/snponly.efi broke off after … of 200,000 bytes: the "
            + "client fell silent after block 50 of 141 (6 s ago).", async rack =>
        {
            await Usual(rack);
            await BrokenAsync(rack, 50);
            return Node;
        }) { IsHasty = true, Remedy = "switch port" },
        new(Section, "A missing boot file", "file-missing",
            "node-01 did not get past stage firmware: it asked for pxelinux.0 by TFTP: there is no such file (4 s ago).", async rack =>
        {
            await Usual(rack);
            var address = rack.Firmware(A);
            await rack.TftpAsync(address, "pxelinux.0", blocks: 0);
            await rack.UntilAsync(() => rack.Boots.Log.Newest()[0].Entries > 2);
            rack.Clock.Pass(4);
            return Node;
        }) { Remedy = "next-server" },
        new(Section, "The machine has iPXE, and iPXE does not start", "program-not-started",
            "node-01 had fetched ipxe/amd64/snponly.efi 45 s ago, longer than usual, and iPXE did not ask for an address: most likely "
            + "it was not started.", async rack =>
        {
            await Usual(rack);
            var address = rack.Firmware(A);
            await rack.TftpAsync(address, "ipxe/amd64/snponly.efi");
            rack.Clock.Pass(45);
            return Node;
        }) { Remedy = "Secure Boot" },
        new(Section, "iPXE receives no answer", "offer-not-taken",
            "node-01 asked for an address as iPXE 32 s ago, longer than usual, 4 times and accepted none: most likely the answers "
            + "do not reach iPXE.", async rack =>
        {
            await Usual(rack);
            var address = rack.Firmware(A);
            await rack.TftpAsync(address, "ipxe/amd64/snponly.efi");
            for (var i = 0; i < 4; i++, rack.Clock.Pass(8))
                rack.Send(new ClientPacket(DhcpMessageType.Discover, A).With(DhcpOption.UserClass, "iPXE")
                    .With(DhcpOption.ClientArchitecture, 0, 7));
            return Node;
        }) { Remedy = "spanning tree" },
        new(Section, "iPXE does not reach the boot HTTP port", "http-unreachable",
            "node-01 had its address as iPXE 25 s ago, longer than usual, and did not fetch its script: most likely TCP port 80 does "
            + "not reach this appliance.", async rack =>
        {
            await Usual(rack);
            await rack.ToIpxeAsync(A);
            rack.Clock.Pass(25);
            return Node;
        }) { Remedy = "TCP port 80" },
        new(Section, "iPXE has its script and fetches no kernel", "kernel-not-fetched",
            "node-01 got its script 25 s ago, longer than usual, and did not fetch the kernel.", async rack =>
        {
            await Usual(rack);
            await rack.ToScriptAsync(A);
            rack.Clock.Pass(25);
            return Node;
        }) { Remedy = "rackboot console node-01" },
        new(Section, "A machine that restarts when iPXE starts", "boot-loop",
            "node-01 restarted 5 times in 102 s, each time after it fetched its boot program.", async rack =>
        {
            await Usual(rack);
            for (var i = 0; i < 5; i++, rack.Clock.Pass(20))
                await rack.TftpAsync(rack.Firmware(A), "ipxe/amd64/snponly.efi");
            rack.Firmware(A);
            rack.Clock.Pass(2);
            return Node;
        }) { Remedy = "Secure Boot" },
    ];

    public static async Task Usual(FaultRack rack)
    {
        await rack.ProfileAsync();
        await rack.DescribeAsync(Node, A, ""","profile":"default" """);
    }

    private static async Task BrokenAsync(FaultRack rack, int blocks, int blockBytes = 1428)
    {
        await rack.TftpAsync(rack.Firmware(A), "ipxe/amd64/snponly.efi", blocks, blockBytes);
        await rack.UntilAsync(() => rack.Boots.Log.Timeline(rack.Boots.Log.Newest()[0].Id).Any(e => e.Level == Core.Events.Level.Warning));
        rack.Clock.Pass(6);
    }
}
