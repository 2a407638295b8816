using Rackboot.Dhcp;
using Rackboot.Dhcp.Tests;
using static Rackboot.Daemon.Tests.Explain.Faults;

namespace Rackboot.Daemon.Tests.Explain;

/// <summary>What goes wrong with addresses.</summary>
internal static class AddressFaults
{
    private const string Section = "Addresses";

    public static IEnumerable<Fault> All =>
    [
        new(Section, "Another DHCP server answers first", "other-dhcp-server",
            "node-01 did not get past stage firmware: another DHCP server, 10.20.0.9, answered first and the machine took its offer "
            + "(12 s ago).", async rack =>
        {
            await rack.ProfileAsync();
            await rack.DescribeAsync(Node, A, ""","profile":"default" """);
            rack.Discover(A);
            rack.Send(new ClientPacket(DhcpMessageType.Request, A).Pxe(ClientArchitecture.X64Uefi).Requesting("127.20.0.77")
                .From("127.20.0.9"));
            rack.Clock.Pass(12);
            return Node;
        }) { Remedy = "mode: proxy" },
        new(Section, "A loop between switches: everything arrives twice", "network-loop",
            "node-01 did not get past stage firmware: what it sends arrives twice on lo (12 s ago).", async rack =>
        {
            await rack.ProfileAsync();
            await rack.DescribeAsync(Node, A, ""","profile":"default" """);
            for (var i = 0; i < 3; i++, rack.Clock.Pass(4))
            {
                rack.Discover(A);
                rack.ArrivesAgain();
            }

            rack.Clock.Pass(8);
            return Node;
        }) { Remedy = "spanning tree" },
        new(Section, "No address of the range is free", "addresses-exhausted",
            "node-01 asks for an address and gets no answer: no free address in the range (10.20.0.0/24) (4 times in 32 s, last 8 "
            + "s ago).", async rack =>
        {
            await rack.IpxeAsync();
            rack.Firmware(B);
            await rack.DescribeAsync(Node, A);
            for (var i = 0; i < 4; i++, rack.Clock.Pass(8))
                rack.Discover(A);
            return Node;
        }, "subnets: [{ subnet: 127.20.0.0/24, range: 127.20.0.100-127.20.0.100 }]") { Remedy = "enlarge the range" },
        new(Section, "Unknown machines are ignored", "ignored",
            "52:54:00:00:00:01 asks for an address as PXE firmware (UEFI amd64) and gets no answer: unknown machines are ignored "
            + "(machines.unknown: ignore) (3 times in 12 s, last 4 s ago).", rack =>
        {
            for (var i = 0; i < 3; i++, rack.Clock.Pass(4))
                rack.Discover(A);
            return Task.FromResult(A);
        }, FaultRack.Subnet + "\nmachines: { unknown: ignore }") { Remedy = "rackboot apply" },
        new(Section, "A relay in a network that is not served", "network-not-served",
            "node-01 asks through the relay 10.99.0.1, which is in none of the served subnets (3 times in 12 s, last 4 s ago).",
            async rack =>
        {
            await rack.DescribeAsync(Node, A);
            for (var i = 0; i < 3; i++, rack.Clock.Pass(4))
                rack.Discover(A, relay: "127.99.0.1");
            return Node;
        }) { Remedy = "add the subnet of 127.99.0.1" },
        new(Section, "A subnet without a range, and nothing reserved", "no-range",
            "node-01 asks for an address and gets no answer: no reservation, and the subnet has no range (10.20.0.0/24) (5 s ago).",
            async rack =>
        {
            await rack.IpxeAsync();
            await rack.DescribeAsync(Node, A);
            rack.Discover(A);
            rack.Clock.Pass(5);
            return Node;
        }, "subnets: [{ subnet: 127.20.0.0/24 }]") { Remedy = "a range" },
        new(Section, "The offer never reaches the machine", "offer-not-taken",
            "node-01 has asked for its address 5 times in 40 s and accepted no offer, so it never fetched its boot file: "
            + "most likely the answers do not reach the machine.", async rack =>
        {
            await rack.ProfileAsync();
            await rack.DescribeAsync(Node, A, ""","profile":"default" """);
            for (var i = 0; i < 5; i++, rack.Clock.Pass(8))
                rack.Discover(A);
            return Node;
        }) { Remedy = "receives no answer" },
        new(Section, "The offer never comes back through the relay", "offer-not-taken",
            "node-01 has asked for its address 5 times in 40 s and accepted no offer, so it never fetched its boot file: "
            + "most likely the answers do not reach the machine.", async rack =>
        {
            await rack.ProfileAsync();
            await rack.DescribeAsync(Node, A, ""","profile":"default" """);
            for (var i = 0; i < 5; i++, rack.Clock.Pass(8))
                rack.Discover(A, relay: "127.20.0.250");
            return Node;
        }) { Remedy = "the relay 127.20.0.250" },
        new(Section, "Proxy mode, and no DHCP server gives addresses", "no-dhcp-server",
            "node-01 has asked for its address 4 times in 32 s and no DHCP server assigned one: 10.20.0.0/24 is in mode proxy, where "
            + "another server assigns the addresses.", async rack =>
        {
            await rack.ProfileAsync();
            await rack.DescribeAsync(Node, A, ""","profile":"default" """);
            for (var i = 0; i < 4; i++, rack.Clock.Pass(8))
                rack.Discover(A);
            return Node;
        }, "subnets: [{ subnet: 127.20.0.0/24, mode: proxy }]") { Remedy = "DHCP server" },
        new(Section, "Another host uses the reserved address", "reserved-address-in-use",
            "node-01 did not get past stage firmware: its reserved address 10.20.0.50 is used without a lease by "
            + "52:54:00:00:00:66; it got 10.20.0.100 instead (5 s ago).", async rack =>
        {
            await rack.ProfileAsync();
            await rack.DescribeAsync(Node, A, ""","profile":"default","address":"127.20.0.50" """);
            rack.Squatters["127.20.0.50"] = "52:54:00:00:00:66";
            rack.Firmware(A);
            rack.Clock.Pass(5);
            return Node;
        }) { Remedy = "127.20.0.50" },
        new(Section, "The reserved address is leased to another client", "reserved-address-in-use",
            "node-01 did not get past stage firmware: its reserved address 10.20.0.100 is leased to discovered-525400000002 "
            + "(52:54:00:00:00:02); it got 10.20.0.101 instead (5 s ago).", async rack =>
        {
            await rack.ProfileAsync();
            var taken = rack.Firmware(B);
            await rack.DescribeAsync(Node, A, $$""","profile":"default","address":"{{taken}}" """);
            rack.Firmware(A);
            rack.Clock.Pass(5);
            return Node;
        }) { Remedy = "127.20.0.100" },
        new(Section, "The reserved address is in another subnet", "reserved-address-elsewhere",
            "node-01 did not get past stage firmware: its reserved address 10.30.0.50 is not in 10.20.0.0/24, its current subnet; it got "
            + "10.20.0.100 instead (5 s ago).", async rack =>
        {
            await rack.ProfileAsync();
            await rack.DescribeAsync(Node, A, ""","profile":"default","address":"127.30.0.50" """);
            rack.Firmware(A);
            rack.Clock.Pass(5);
            return Node;
        }, "subnets: [{ subnet: 127.20.0.0/24, range: 127.20.0.100-127.20.0.199 }, { subnet: 127.30.0.0/24 }]") { Remedy = "cabled" },
        new(Section, "The machine declines its address", "address-declined",
            "node-01 did not get past stage firmware: it declined 10.20.0.100: another host uses that address "
            + "(5 s ago).", async rack =>
        {
            await rack.ProfileAsync();
            await rack.DescribeAsync(Node, A, ""","profile":"default" """);
            var given = rack.Firmware(A);
            rack.Send(new ClientPacket(DhcpMessageType.Decline, A).Requesting(given).From("127.20.0.1"));
            rack.Clock.Pass(5);
            return Node;
        }) { Remedy = "arping" },
        new(Section, "A second card that is in no document", "card-not-described",
            "52:54:00:00:00:02 reports the identity of node-01, but this card is not in its document (twice in 5 s, last 5 s ago).",
            async rack =>
        {
            await rack.ProfileAsync();
            await rack.DescribeAsync(Node, A, ""","profile":"default","uuid":"01020304-0506-0708-090a-0b0c0d0e0f10" """);
            rack.Firmware(A);
            rack.Clock.Pass(600);
            rack.Discover(B);
            rack.Clock.Pass(5);
            return B;
        }) { Remedy = "rackboot accept node-01 --card 52:54:00:00:00:02" },
        new(Section, "A machine without a document", "not-described",
            "discovered-525400000002 asked for an address as PXE firmware (UEFI amd64), was offered 10.20.0.100, and has no document "
            + "(5 s ago).", async rack =>
        {
            await rack.ProfileAsync();
            rack.Firmware(B);
            rack.Clock.Pass(5);
            return B;
        }) { Remedy = "rackboot apply" },
        new(Section, "An address that sent no request", "never-seen",
            "10.20.0.200 has not been seen: it sent this appliance no request.",
            _ => Task.FromResult("127.20.0.200")) { Remedy = "VLAN" },
        new(Section, "A machine that was never seen", "never-seen", "node-01 has not been seen booting from the network.", async rack =>
        {
            await rack.ProfileAsync();
            await rack.DescribeAsync(Node, A, ""","profile":"default" """);
            return Node;
        }) { Remedy = "boot order" },
    ];
}
