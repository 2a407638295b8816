using System.Net;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Core.Tests.Support;
using Rackboot.Core.Trust;
using Rackboot.Dhcp;

namespace Rackboot.Core.Tests;

/// <summary>The table of docs/security.md: who is believed, and to whom a configuration is released.</summary>
public sealed class TrustRulesTests
{
    private const string Own = "52:54:00:00:00:0a", Other = "52:54:00:00:00:0b";

    /// <summary>What a row changes of a request that is released.</summary>
    public enum But
    {
        Nothing,
        Elsewhere, WrongInterface, SubnetOff, NotServed,
        NoLease, LeaseOfAnother, LeaseToAnotherCard, LeaseToNoCard,
        OtherNeighbour, NoNeighbour,
        OtherCardNamed, NoCardNamed,
        NotArmed, Delivered, NotArmedButAlways,
        SetToDisk, NoConfiguration,
        Relayed, RelayedWithoutLease, RelayedToAnotherCard,
        Proxy, ProxyUnheard, ProxyContested, ProxyOfAnother, ProxyOtherNeighbour, ProxyOtherCard, ProxyRelayed,
        AcceptedCard, Unnamed,
        Discovered, DiscoveredOtherNeighbour,
    }

    [Theory]
    [InlineData(But.Nothing, TrustLevel.Released, "")]
    [InlineData(But.NoCardNamed, TrustLevel.Released, "")]
    [InlineData(But.Delivered, TrustLevel.Released, "")] // ConfigDelivery answers retries for the grace
    [InlineData(But.NotArmedButAlways, TrustLevel.Released, "")]
    [InlineData(But.Relayed, TrustLevel.Released, "")]
    [InlineData(But.Proxy, TrustLevel.Released, "")]
    [InlineData(But.AcceptedCard, TrustLevel.Released, "")]
    [InlineData(But.NotArmed, TrustLevel.Itself, "rackboot provision node")]
    [InlineData(But.SetToDisk, TrustLevel.Itself, "is no longer set to be provisioned")]
    [InlineData(But.NoConfiguration, TrustLevel.Itself, "is no longer set to be provisioned")]
    [InlineData(But.Discovered, TrustLevel.Itself, "")]
    [InlineData(But.ProxyUnheard, TrustLevel.Plausible, "the appliance did not see node request")]
    [InlineData(But.ProxyContested, TrustLevel.Plausible, "so it proves no identity")]
    [InlineData(But.ProxyRelayed, TrustLevel.Plausible, "nothing proves its identity")]
    [InlineData(But.Elsewhere, TrustLevel.Stranger, "in none of the served subnets")]
    [InlineData(But.NotServed, TrustLevel.Stranger, "in none of the served subnets")]
    [InlineData(But.SubnetOff, TrustLevel.Stranger, "in none of the served subnets")]
    [InlineData(But.WrongInterface, TrustLevel.Stranger, "an interface that does not serve its subnet")]
    [InlineData(But.NoLease, TrustLevel.Stranger, "is not leased to node")]
    [InlineData(But.RelayedWithoutLease, TrustLevel.Stranger, "is not leased to node")]
    [InlineData(But.LeaseOfAnother, TrustLevel.Stranger, "is the address of other")]
    [InlineData(But.ProxyOfAnother, TrustLevel.Stranger, "is the address of other")]
    [InlineData(But.LeaseToAnotherCard, TrustLevel.Stranger, "rackboot accept node --card 52:54:00:00:00:0b")]
    [InlineData(But.RelayedToAnotherCard, TrustLevel.Stranger, "rackboot accept node --card 52:54:00:00:00:0b")]
    [InlineData(But.ProxyOtherCard, TrustLevel.Stranger, "rackboot accept node --card 52:54:00:00:00:0b")]
    [InlineData(But.LeaseToNoCard, TrustLevel.Stranger, "was assigned to no known card")]
    [InlineData(But.OtherCardNamed, TrustLevel.Stranger, "rackboot accept node --card 52:54:00:00:00:0b")]
    [InlineData(But.Unnamed, TrustLevel.Stranger, "rackboot accept node --card 52:54:00:00:00:0a")]
    [InlineData(But.OtherNeighbour, TrustLevel.Stranger, "is at 52:54:00:00:00:0b on the link, which is not a card of node")]
    [InlineData(But.ProxyOtherNeighbour, TrustLevel.Stranger, "is at 52:54:00:00:00:0b on the link")]
    [InlineData(But.DiscoveredOtherNeighbour, TrustLevel.Stranger, "is at 52:54:00:00:00:0b on the link")]
    [InlineData(But.NoNeighbour, TrustLevel.Stranger, "no host on the link answers")]
    public void A_request_is_believed_as_far_as_everything_about_it_is_right(But but, TrustLevel level, string reason)
    {
        var verdict = TrustRules.Judge(Request(but));
        Assert.Equal(level, verdict.Level);
        Assert.Contains(reason, verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_released_that_is_wrong_in_two_ways()
    {
        foreach (var one in Enum.GetValues<But>().Where(IsWrong))
            foreach (var other in Enum.GetValues<But>().Where(IsWrong))
                Assert.NotEqual(TrustLevel.Released, TrustRules.Judge(Change(Request(one), other)).Level);
    }

    [Fact]
    public void Every_row_of_the_table_is_tested() =>
        Assert.Equal(
            Enum.GetValues<But>().Length,
            typeof(TrustRulesTests).GetMethod(nameof(A_request_is_believed_as_far_as_everything_about_it_is_right))!
                .GetCustomAttributes(typeof(InlineDataAttribute), false).Length);

    [Theory]
    [InlineData("10.20.0.50", "eth0", SourceWay.OnLink)]
    [InlineData("10.20.0.50", "eth1", SourceWay.WrongInterface)]
    [InlineData("10.40.0.50", "eth0", SourceWay.Relayed)]
    [InlineData("10.40.0.50", "eth1", SourceWay.Relayed)]
    [InlineData("10.50.0.50", "eth0", SourceWay.Elsewhere)] // served: off
    [InlineData("192.168.66.50", "eth0", SourceWay.Elsewhere)]
    [InlineData("10.30.0.50", "eth1", SourceWay.Elsewhere)] // a network of ours that is not served
    public void The_way_of_a_request_is_told_by_its_address_and_its_interface(string source, string device, SourceWay way)
    {
        var networks = new ServedNetworks
        {
            Interfaces = [("eth0", IPNetwork.Parse("10.20.0.0/24")), ("eth1", IPNetwork.Parse("10.30.0.0/24"))],
            Subnets = [Subnet("10.20.0.0/24"), Subnet("10.40.0.0/24"), Subnet("10.50.0.0/24") with { Mode = SubnetMode.Off }],
        };
        Assert.Equal(way, networks.Way(IPAddress.Parse(source), device));
    }

    private static DhcpSubnet Subnet(string network) => new() { Network = IPNetwork.Parse(network), Mode = SubnetMode.Dhcp };

    // Two changes may amount to none: those of a machine that is described otherwise are left out.
    private static bool IsWrong(
        But but) => but is But.Elsewhere or But.WrongInterface or But.SubnetOff or But.NotServed or But.NoLease or But.LeaseOfAnother
        or But.LeaseToAnotherCard or But.LeaseToNoCard or But.OtherNeighbour or But.NoNeighbour or But.OtherCardNamed or But.NotArmed
        or But.SetToDisk or But.NoConfiguration;

    private static TrustFacts Request(But but) => Change(
        new TrustFacts
        {
            Machine = Node(new MachineSpec { Macs = [Rack.Mac(Own)], Config = new MachineConfigDigest("", 1) }),
            Source = IPAddress.Parse("10.20.0.50"),
            Way = SourceWay.OnLink,
            Mode = SubnetMode.Dhcp,
            Proof = new AddressProof(new MachineId("1"), Rack.Mac(Own)),
            Neighbour = Rack.Mac(Own),
            Card = Rack.Mac(Own),
            Provisioning = new ProvisioningState { Arm = new Arm(default, "root", "described") },
        }, but);

    private static TrustFacts Change(TrustFacts facts, But but)
    {
        var another = new AddressProof(new MachineId("2"), Rack.Mac(Other));
        var otherCard = new AddressProof(new MachineId("1"), Rack.Mac(Other));
        var relayed = facts with { Way = SourceWay.Relayed, Neighbour = null };
        var proxy = facts with { Mode = SubnetMode.Proxy };
        return but switch
        {
            But.Nothing => facts,
            But.Elsewhere => facts with { Way = SourceWay.Elsewhere },
            But.WrongInterface => facts with { Way = SourceWay.WrongInterface },
            But.SubnetOff => facts with { Mode = SubnetMode.Off },
            But.NotServed => facts with { Mode = null },
            But.NoLease => facts with { Proof = AddressProof.None },
            But.LeaseOfAnother => facts with { Proof = another, ProofName = "other" },
            But.LeaseToAnotherCard => facts with { Proof = otherCard },
            But.LeaseToNoCard => facts with { Proof = otherCard with { Card = null } },
            But.OtherNeighbour => facts with { Neighbour = Rack.Mac(Other) },
            But.NoNeighbour => facts with { Neighbour = null },
            But.OtherCardNamed => facts with { Card = Rack.Mac(Other) },
            But.NoCardNamed => facts with { Card = null },
            But.NotArmed => facts with { Provisioning = ProvisioningState.None },
            But.Delivered => facts with { Provisioning = new ProvisioningState
            {
                Arm = new Arm(default, "root", "described") { Delivered = default(DateTimeOffset) },
            } },
            But.NotArmedButAlways => facts with { Provisioning = ProvisioningState.None, AlwaysReleased = true },
            But.SetToDisk => facts with { Machine = Node(facts.Machine.Spec! with { Boot = BootSource.Disk }) },
            But.NoConfiguration => facts with { Machine = Node(facts.Machine.Spec! with { Config = null }) },
            But.Relayed => relayed,
            But.RelayedWithoutLease => relayed with { Proof = AddressProof.None },
            But.RelayedToAnotherCard => relayed with { Proof = otherCard },
            But.Proxy => proxy,
            But.ProxyUnheard => proxy with { Proof = AddressProof.None },
            But.ProxyContested => proxy with { Proof = new AddressProof(null, null, Contested: true) },
            But.ProxyOfAnother => proxy with { Proof = another, ProofName = "other" },
            But.ProxyOtherNeighbour => proxy with { Neighbour = Rack.Mac(Other) },
            But.ProxyOtherCard => proxy with { Proof = otherCard },
            But.ProxyRelayed => proxy with { Way = SourceWay.Relayed, Neighbour = null },
            But.AcceptedCard => facts with
            {
                Machine = Node(facts.Machine.Spec! with { Accepted = [new AcceptedCard(Rack.Mac(Other), default, "root")] }),
                Proof = otherCard,
                Neighbour = Rack.Mac(Other),
                Card = Rack.Mac(Other),
            },
            But.Unnamed => facts with { Machine = Node(facts.Machine.Spec! with { Macs = [], Serial = "S" }) },
            But.Discovered => facts with { Machine = Node(null) },
            But.DiscoveredOtherNeighbour => facts with { Machine = Node(null), Neighbour = Rack.Mac(Other) },
            _ => throw new ArgumentOutOfRangeException(nameof(but)),
        };
    }

    private static Machine Node(MachineSpec? spec) =>
        new()
        {
            Id = new MachineId("1"), Name = "node", Spec = spec,
            Observed = new MachineObservation { FirstSeen = default, LastSeen = default },
        };
}
