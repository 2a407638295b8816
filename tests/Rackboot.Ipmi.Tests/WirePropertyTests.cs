using FsCheck;
using FsCheck.Fluent;
using Rackboot.Ipmi.Tests.Support;
using Rackboot.Ipmi.Wire;
using Rackboot.Tests.Shared;

namespace Rackboot.Ipmi.Tests;

/// <summary>Whatever comes from the network, a parser says yes or why not, and never reads beyond it.</summary>
public sealed class WirePropertyTests
{
    private const int Inputs = 200_000;

    private static readonly byte[][] Datagrams =
    [
        Convert.FromHexString("0600ff06000011be400100100000000000000000810000000000000000"),
        Convert.FromHexString("0600ff07000000000000000000108100631c20143800018004020000000000a7"),
        Convert.FromHexString(
            "0600ff0706c044332211070000002000e0e1e2e3e4e5e6e7e8e9eaebecedeeef"
                + "6a55071ce9e27d6180ed65bbffc9f4fbffff0207434d95f7bd9a4ce688eacbb40f8db6da"),
        Convert.FromHexString(
            "0600ff07061100000000000000002400" + "0700040044332211d4c3b2a1" + "000000080300000001000008040000000200000801000000"),
    ];

    private static readonly byte[][] Payloads =
    [
        Convert.FromHexString("811c632014380001800402000000000029"),
        Convert.FromHexString("0700040044332211d4c3b2a1000000080300000001000008040000000200000801000000"),
        Convert.FromHexString("07000000443322111011121314151617" + "18191a1b1c1d1e1fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
            + "139df59e209f73ce3d63043314ee7a853164fd3e3a4d464d31397767cd02781e"),
        Convert.FromHexString("070000004433221195b72621ef0d7395db490473d19ba7c1"),
        Convert.FromHexString("07120000"),
        Convert.FromHexString("030205006c6f67696e3a20"),
        Convert.FromHexString("01800402000000000000"),
    ];

    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(Inputs).WithQuietOnSuccess(true);

    [Fact]
    public void Any_datagram_is_parsed_or_refused_with_a_reason()
    {
        var good = 0;
        Check.One(Many, Prop.ForAll(HostileBytes.From(Datagrams).ToArbitrary(), bytes =>
        {
            var pong = RmcpPong.TryParse(bytes, out var read, out var whyNoPong);
            var lan = LanPacket.TryParse(bytes, out var packet, out var whyNoLan);
            var sound = pong == whyNoPong is null && pong == read is not null && lan == whyNoLan is null
                && packet.Message.Length <= bytes.Length;
            foreach (var codeLength in new[] { 0, 12, 16 })
            {
                var plus = PlusPacket.TryParse(bytes, codeLength, out var parsed, out var whyNoPlus);
                sound &= plus == whyNoPlus is null && parsed.Payload.Length <= bytes.Length;
                if (plus && parsed.Authenticated)
                    sound &= parsed.Code.Length == codeLength && Rmcp.HeaderLength + parsed.Signed.Length + codeLength == bytes.Length;
                good += plus ? 1 : 0;
            }

            return sound;
        }));
        Assert.True(good > Inputs / 20, $"only {good} sound packets: the inputs miss the point");
    }

    [Fact]
    public void Any_payload_is_parsed_or_refused_with_a_reason()
    {
        var good = 0;
        Check.One(Many, Prop.ForAll(HostileBytes.From(Payloads).ToArbitrary(), bytes =>
        {
            var message = IpmiMessage.TryParse(bytes, out var read, out var whyNoMessage);
            var open = OpenSession.TryParse(bytes, out var response, out var whyNoOpen);
            var second = Rakp2.TryParse(bytes, 32, out var rakp2, out var whyNoSecond);
            var fourth = Rakp4.TryParse(bytes, 16, out var rakp4, out var whyNoFourth);
            var sol = SolPacket.TryParse(bytes, out var console, out var whyNoSol);
            var capabilities = ChannelAuthentication.TryParse(bytes, out var authentication, out var whyNoCapabilities);
            good += sol ? 1 : 0;
            return message == whyNoMessage is null && open == whyNoOpen is null && second == whyNoSecond is null
                && fourth == whyNoFourth is null
                && sol == whyNoSol is null && capabilities == whyNoCapabilities is null && open == response is not null
                && capabilities == authentication is not null
                && (!message || read.Data.Length == bytes.Length - 8 && read.Sequence < 64)
                && (!second || rakp2.Status != RakpStatus.NoError || rakp2.Proof.Length == 32 && rakp2.BmcRandom.Length == 16
                && rakp2.BmcGuid.Length == 16)
                && (!fourth || rakp4.Status != RakpStatus.NoError || rakp4.CheckValue.Length == 16)
                && (!sol || console.Sequence <= SolPacket.HighestSequence && console.Characters.Length <= SolPacket.MostCharacters);
        }));
        Assert.True(good > Inputs / 20, $"only {good} sound packets: the inputs miss the point");
    }

    [Fact]
    public void Any_ciphertext_is_decrypted_or_refused()
    {
        using var keys = new SessionKeys(Suite.Of(IpmiCipherSuite.Sha256), new byte[32]);
        var plain = new byte[2048];
        Check.One(Many.WithMaxTest(100_000), Prop.ForAll(Gen.Choose(0, 200)
            .SelectMany(length => Gen.ArrayOf(Gen.Choose(0, 255).Select(b => (byte)b), length)).ToArbitrary(), bytes =>
            !keys.TryDecrypt(bytes, plain, out var length) || length >= 0 && length < bytes.Length - 16));
    }
}
