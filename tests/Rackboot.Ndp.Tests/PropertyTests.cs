using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Rackboot.Tests.Shared;

namespace Rackboot.Ndp.Tests;

/// <summary>Whatever bytes arrive, reading them ends with a message or with a reason.</summary>
public sealed class PropertyTests
{
    private static readonly byte[][] Seeds =
    [
        Convert.FromHexString(
            "8600000040c0000a0000000000000000" + "030440c000015180000038400000000020010db8000100000000000000000000" + "0501000000000500"),
        Convert.FromHexString("8500000000000000" + "0101525400000101"),
    ];

    [Fact]
    public void Hostile_bytes_never_throw_and_what_was_read_can_be_written_and_read_again() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(50_000), Prop.ForAll(HostileBytes.From(Seeds, head: 4).ToArbitrary(), bytes =>
        {
            var source = IPAddress.Parse("fe80::1");
            Assert.NotEqual(RouterSolicitation.TryParse(bytes, source, 255, out _, out var error), error is not null);
            Assert.NotEqual(RouterAdvertisement.TryParse(bytes, source, 255, out var read, out error), error is not null);
            if (error is not null || read.SourceLinkLayerAddress?.GetAddressBytes().Length is not (null or 6))
                return;
            var buffer = new byte[bytes.Length + 64];
            Assert.True(RouterAdvertisement.TryParse(buffer.AsSpan(0, read.Write(buffer)), source, 255, out var again, out _));
            Assert.Equal(read.Prefixes, again.Prefixes);
            IReadOnlyList<PrefixInformation> none = [];
            Assert.Equal(
                read with { Prefixes = none, OtherOptions = again.OtherOptions }, again with { Prefixes = none });
        }));
}
