using System.Security.Cryptography;
using Rackboot.Ipmi.Wire;

namespace Rackboot.Ipmi.Tests;

/// <summary>Packets, windows and credentials by themselves.</summary>
public sealed class WireTests
{
    public static TheoryData<IpmiCipherSuite> Suites => [.. Enum.GetValues<IpmiCipherSuite>()];

    [Theory]
    [MemberData(nameof(Suites))]
    public void What_one_side_packs_the_other_unpacks_at_every_length(IpmiCipherSuite suite)
    {
        using var keys = new SessionKeys(Suite.Of(suite), RandomNumberGenerator.GetBytes(32));
        Span<byte> datagram = stackalloc byte[Rmcp.LongestDatagram];
        Span<byte> plain = stackalloc byte[Rmcp.LongestDatagram];
        for (var length = 0; length <= 300; length++)
        {
            var payload = RandomNumberGenerator.GetBytes(length);
            var written = PlusPacket.Write(datagram, PayloadType.SerialOverLan, 5, 6, payload, keys);
            Assert.True(PlusPacket.TryParse(datagram[..written], keys.Suite.CodeLength, out var packet, out var error), error);
            Assert.Equal(0, packet.Signed.Length % 4);
            Assert.True(keys.Verify(packet.Signed, packet.Code));
            Assert.Equal(keys.Suite.Encrypts, packet.Encrypted);
            var unpacked = packet.Payload;
            if (packet.Encrypted)
            {
                Assert.True(keys.TryDecrypt(packet.Payload, plain, out var had));
                unpacked = plain[..had];
            }

            Assert.Equal(payload, unpacked.ToArray());
            Assert.False(PlusPacket.TryParse(datagram[..(written - 1)], keys.Suite.CodeLength, out var cut, out _)
                && keys.Verify(cut.Signed, cut.Code));
        }
    }

    [Fact]
    public void A_number_is_taken_once_and_only_within_fifteen_above_and_sixteen_below_the_highest()
    {
        var window = new SequenceWindow();
        Assert.False(window.Take(0));
        Assert.True(window.Take(100));
        Assert.False(window.Take(100));
        Assert.False(window.Take(116));
        Assert.True(window.Take(115));
        Assert.True(window.Take(99));
        Assert.False(window.Take(98));
        Assert.False(window.Take(99));
        Assert.True(window.Take(101));
        Assert.True(window.Take(130));
        Assert.True(window.Take(114));
        Assert.False(window.Take(115));
        Assert.False(window.Take(113));
    }

    [Fact]
    public void Numbers_begin_again_after_the_highest()
    {
        var window = new SequenceWindow();
        Assert.True(window.Take(uint.MaxValue - 1));
        Assert.True(window.Take(uint.MaxValue));
        Assert.False(window.Take(0));
        Assert.True(window.Take(1));
        Assert.False(window.Take(uint.MaxValue));
        Assert.True(window.Take(uint.MaxValue - 10));
    }

    [Theory]
    [InlineData(16, 20, 20, null)]
    [InlineData(17, 20, 20, "the user name has 17 bytes; a BMC accepts at most 16")]
    [InlineData(16, 21, 20, "the password has 21 bytes; a BMC accepts at most 20, and some only 16: set a shorter one on the BMC")]
    [InlineData(16, 20, 21, "the BMC key (Kg) has 21 bytes; a BMC accepts at most 20")]
    public void A_credential_that_no_bmc_takes_is_refused_with_its_length(int name, int password, int key, string? error)
    {
        var made = IpmiCredential.TryCreate(new string('u', name), new byte[password], new byte[key], out var credential, out var said);
        Assert.Equal((error is null, error), (made, said));
        Assert.Equal(made, credential is not null);
    }

    [Fact]
    public void A_credential_shows_only_the_name_of_its_user()
    {
        Assert.True(IpmiCredential.TryCreate("root", "calvin"u8, "topsecret"u8, out var credential, out _));
        Assert.Equal("root:***", credential.ToString());
        Assert.Equal("root:***", $"{credential}");
        Assert.DoesNotContain("calvin", System.Text.Json.JsonSerializer.Serialize(credential));
    }
}
