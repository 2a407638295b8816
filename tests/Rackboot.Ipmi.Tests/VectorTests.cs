using Rackboot.Ipmi.Wire;

namespace Rackboot.Ipmi.Tests;

/// <summary>Hashes, keys and packets as <c>vectors.py</c> beside this file computes them, which shares no code with the library.</summary>
public sealed class VectorTests
{
    private static readonly byte[] Password = "secret"u8.ToArray();
    private static readonly byte[] Key = [.. Enumerable.Range(0x50, 20).Select(i => (byte)i)];

    public static TheoryData<IpmiCipherSuite, string, string, string, string, string> Vectors => new()
    {
        {
            IpmiCipherSuite.Sha1,
            "537b03bade19540eeacf352a815653c42513dad2",
            "2e873fbfcd9caa8c56a77cc6897b3b5b724abfd1",
            "c4c2296840d07e5fdc6e42a8",
            "0061e698892bbde1c8b0bba6",
            "0600ff0706c044332211070000002000e0e1e2e3e4e5e6e7e8e9eaebecedeeef"
                + "34cdae58bb50f5102e0ceded46bd0ef5ffff0207248da3f0c1c92d175c445945"
        },
        {
            IpmiCipherSuite.Sha256,
            "139df59e209f73ce3d63043314ee7a853164fd3e3a4d464d31397767cd02781e",
            "527c55f92c665789ad8987dd83cdc2d91ad4abb48e5e02dbe843905147533f93",
            "95b72621ef0d7395db490473d19ba7c1",
            "ae04907cd72aa195ac324183bd2af22e",
            "0600ff0706c044332211070000002000e0e1e2e3e4e5e6e7e8e9eaebecedeeef"
                + "6a55071ce9e27d6180ed65bbffc9f4fbffff0207434d95f7bd9a4ce688eacbb40f8db6da"
        },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_login_is_hashed_as_the_specification_has_it(
        IpmiCipherSuite suite, string rakp2, string rakp3, string rakp4, string rakp4WithKey, string packet)
    {
        Assert.NotEmpty(packet);
        var exchange = Exchange(suite);
        Assert.True(exchange.ProvesPassword(Password, Convert.FromHexString(rakp2)));
        Assert.False(exchange.ProvesPassword("Secret"u8, Convert.FromHexString(rakp2)));
        Assert.Equal("07000000d4c3b2a1" + rakp3, Convert.ToHexStringLower(exchange.Message3(7, RakpStatus.NoError, Password)));
        Assert.True(exchange.ProvesSessionKey(exchange.SessionIntegrityKey(Password), Convert.FromHexString(rakp4)));
        Assert.True(exchange.ProvesSessionKey(exchange.SessionIntegrityKey(Key), Convert.FromHexString(rakp4WithKey)));
        Assert.False(exchange.ProvesSessionKey(exchange.SessionIntegrityKey(Key), Convert.FromHexString(rakp4)));
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_packet_of_a_session_is_verified_and_decrypted(
        IpmiCipherSuite suite, string rakp2, string rakp3, string rakp4, string rakp4WithKey, string packet)
    {
        Assert.All([rakp2, rakp3, rakp4, rakp4WithKey], Assert.NotEmpty);
        var datagram = Convert.FromHexString(packet);
        using var keys = new SessionKeys(Suite.Of(suite), Exchange(suite).SessionIntegrityKey(Password));
        Assert.True(PlusPacket.TryParse(datagram, keys.Suite.CodeLength, out var parsed, out var error), error);
        Assert.Equal((0x11223344u, 7u, PayloadType.Message, true, true),
            (parsed.SessionId, parsed.Sequence, parsed.Type, parsed.Encrypted, parsed.Authenticated));
        Assert.True(keys.Verify(parsed.Signed, parsed.Code));
        var plain = new byte[parsed.Payload.Length];
        Assert.True(keys.TryDecrypt(parsed.Payload, plain, out var length));
        Assert.True(IpmiMessage.TryParse(plain.AsSpan(0, length), out var message, out error), error);
        Assert.True(message.ChecksumsFit);
        Assert.Equal((1, 5, 1, 0), (message.NetFunction, message.Sequence, message.Command, message.CompletionCode));
        Assert.Equal([1, 0x10, 0], message.Data.ToArray());

        // Any bit of what is signed counts.
        for (var bit = 0; bit < parsed.Signed.Length * 8; bit++)
        {
            var changed = parsed.Signed.ToArray();
            changed[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.False(keys.Verify(changed, parsed.Code));
        }
    }

    [Fact]
    public void The_first_messages_of_a_login_are_laid_out_as_in_the_specification()
    {
        Assert.Equal("07000000d4c3b2a1000102030405060708090a0b0c0d0e0f1400000561646d696e",
            Convert.ToHexStringLower(Exchange(IpmiCipherSuite.Sha256).Message1(7)));
        Assert.Equal("070f0000d4c3b2a1",
            Convert.ToHexStringLower(Exchange(IpmiCipherSuite.Sha256).Message3(7, RakpStatus.InvalidIntegrityCheckValue, [])));
        var request = new byte[OpenSession.RequestLength];
        OpenSession.WriteRequest(request, 7, 4, 0x11223344, Suite.Of(IpmiCipherSuite.Sha256));
        Assert.Equal("0704000044332211" + "0000000803000000" + "0100000804000000" + "0200000801000000", Convert.ToHexStringLower(request));
    }

    // The bytes that freeipmi and ipmitool send for these.
    [Fact]
    public void Questions_outside_of_sessions_have_the_bytes_of_the_reference_clients()
    {
        var ping = new byte[AsfPing.Length];
        AsfPing.Write(ping, 0x2A);
        Assert.Equal("0600ff06000011be802a0000", Convert.ToHexStringLower(ping));
        var question = new byte[23];
        Assert.Equal(23, LanPacket.Write(question, new IpmiRequest(IpmiNetFunction.App, 0x38, new byte[] { 0x8E, 0x04 }), 0));
        Assert.Equal("0600ff07" + "00" + "00000000" + "00000000" + "09" + "2018c8" + "8100388e04b5", Convert.ToHexStringLower(question));
    }

    private static RakpExchange Exchange(IpmiCipherSuite suite) => new()
    {
        Suite = Suite.Of(suite),
        ConsoleSession = 0x11223344,
        BmcSession = 0xA1B2C3D4,
        ConsoleRandom = [.. Enumerable.Range(0, 16).Select(i => (byte)i)],
        BmcRandom = [.. Enumerable.Range(0x10, 16).Select(i => (byte)i)],
        BmcGuid = [.. Enumerable.Range(0xA0, 16).Select(i => (byte)i)],
        Role = 0x14,
        UserName = "admin"u8.ToArray(),
    };
}
