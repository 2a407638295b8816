using System.Net;
using System.Net.NetworkInformation;

namespace Rackboot.Ndp.Tests;

/// <summary>Messages as RFC 4861 draws them, and as programs send them.</summary>
public sealed class MessageTests
{
    private static readonly IPAddress Host = IPAddress.Parse("fe80::5054:ff:fe00:101");

    // What Debian's iPXE (1.0.0+git-20190125.36a4c85-5.1) sent from QEMU to ff02::2, and radvd 2.19 to ff02::1, without their IPv6 headers.
    private static readonly byte[] OfIpxe = Convert.FromHexString("8500d88300000000" + "0101525400000101");
    private static readonly byte[] OfRadvd = Convert.FromHexString(
        "86003ea94000000c0000000000000000" + "030440c000015180000038400000000020010db8000100000000000000000000" + "0101020000000009");

    [Fact]
    public void A_solicitation_is_read_with_the_address_of_the_card_that_sent_it()
    {
        Assert.True(RouterSolicitation.TryParse(OfIpxe, Host, 255, out var solicitation, out var error), error);
        Assert.Equal(PhysicalAddress.Parse("52-54-00-00-01-01"), solicitation.SourceLinkLayerAddress);
        Assert.Equal([0x85, 0, 0, 0, .. OfIpxe[4..]], Written(solicitation.Write)); // the kernel writes the checksum
    }

    [Fact]
    public void An_advertisement_is_read_with_its_prefixes()
    {
        Assert.True(RouterAdvertisement.TryParse(OfRadvd, Host, 255, out var advertisement, out var error), error);
        Assert.Equal((64, 12), (advertisement.HopLimit, advertisement.RouterLifetime));
        Assert.False(advertisement.Managed || advertisement.Other);
        var prefix = Assert.Single(advertisement.Prefixes);
        Assert.Equal(new PrefixInformation(IPAddress.Parse("2001:db8:1::"), 64, OnLink: true, Autonomous: true, 86400, 14400), prefix);
        Assert.Equal(PhysicalAddress.Parse("02-00-00-00-00-09"), advertisement.SourceLinkLayerAddress);
        Assert.False(advertisement.OffersNothing);
    }

    [Fact]
    public void An_advertisement_that_nothing_is_set_in_offers_nothing_and_says_nothing()
    {
        // RFC 4861 §4.2: type, code, checksum, hop limit, flags, router lifetime, reachable time, retransmission timer.
        Assert.Equal(Convert.FromHexString("86000000" + "00000000" + "00000000" + "00000000"), Written(new RouterAdvertisement().Write));
        Assert.True(RouterAdvertisement.TryParse(Written(new RouterAdvertisement().Write), Host, 255, out var read, out _));
        Assert.True(read.OffersNothing);
    }

    [Fact]
    public void What_was_written_is_read_again()
    {
        var prefix = new PrefixInformation(IPAddress.Parse("fd00:1::"), 48, OnLink: true, Autonomous: false, uint.MaxValue, 5);
        var written = new RouterAdvertisement
        {
            HopLimit = 64,
            Managed = true,
            Other = true,
            RouterLifetime = 1800,
            ReachableTime = 30_000,
            RetransTimer = 1000,
            SourceLinkLayerAddress = PhysicalAddress.Parse("02-00-00-00-00-01"),
            Mtu = 1280,
            Prefixes = [prefix, prefix with { PrefixLength = 56 }],
        };
        Assert.True(RouterAdvertisement.TryParse(Written(written.Write), Host, 255, out var read, out var error), error);
        Assert.Equal(written.Prefixes, read.Prefixes);
        Assert.Equal(written with { Prefixes = read.Prefixes, OtherOptions = read.OtherOptions }, read);
    }

    [Theory]
    [InlineData("8600000000400000" + "0000000000000000", "flags O")]
    [InlineData("8600000000800000" + "0000000000000000", "flags M")]
    [InlineData("8600000000000001" + "0000000000000000", "router lifetime")]
    [InlineData("8600000000000000" + "0000000000000000" + "1803000000000e1000000000000000000000000000000000", "a route (RFC 4191)")]
    [InlineData("8600000000000000" + "0000000000000000" + "0301000000000000", "a prefix of a wrong length")]
    public void An_advertisement_offers_something_by(string message, string what)
    {
        Assert.True(RouterAdvertisement.TryParse(Convert.FromHexString(message), Host, 255, out var advertisement, out var error), error);
        Assert.False(advertisement.OffersNothing, what);
    }

    [Theory]
    [InlineData("85000000000000", "fe80::1", 255, "it is too short")]
    [InlineData("8600000000000000", "fe80::1", 255, "it is of another type")]
    [InlineData("8501000000000000", "fe80::1", 255, "its code is not 0")]
    [InlineData("8500000000000000", "fe80::1", 254, "it comes from another link")]
    [InlineData("85000000000000000100000000000000", "fe80::1", 255, "an option has length zero")]
    [InlineData("85000000000000000102000000000000", "fe80::1", 255, "an option is truncated")]
    [InlineData("850000000000000001", "fe80::1", 255, "an option is truncated")]
    [InlineData(
        "85000000000000000101525400000101", "::", 255, "it has a source link-layer address option but the unspecified source address")]
    public void A_solicitation_is_discarded_as_section_6_1_1_says(string message, string source, int hopLimit, string reason)
    {
        Assert.False(RouterSolicitation.TryParse(Convert.FromHexString(message), IPAddress.Parse(source), hopLimit, out _, out var error));
        Assert.Equal(reason, error);
    }

    [Theory]
    [InlineData("860000000000000000000000000000", "fe80::1", 255, "it is too short")]
    [InlineData("86000000000000000000000000000000", "fe80::1", 64, "it comes from another link")]
    [InlineData("86000000000000000000000000000000", "2001:db8::1", 255, "its source is not a link-local address")]
    [InlineData("86010000000000000000000000000000", "fe80::1", 255, "its code is not 0")]
    [InlineData("860000000000000000000000000000000300000000000000", "fe80::1", 255, "an option has length zero")]
    public void An_advertisement_is_discarded_as_section_6_1_2_says(string message, string source, int hopLimit, string reason)
    {
        Assert.False(RouterAdvertisement.TryParse(Convert.FromHexString(message), IPAddress.Parse(source), hopLimit, out _, out var error));
        Assert.Equal(reason, error);
    }

    private delegate int Writing(Span<byte> buffer);

    private static byte[] Written(Writing write)
    {
        var buffer = new byte[256];
        return buffer[..write(buffer)];
    }
}
