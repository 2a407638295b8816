using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography;
using Rackboot.Ipmi.Wire;

namespace Rackboot.Ipmi;

/// <summary>What a BMC says to Get Channel Authentication Capabilities (IPMI 2.0 §22.13, table 22-15).</summary>
/// <param name="Channel">The number of the channel asked through.</param>
/// <param name="SpeaksPlus">Whether it takes RMCP+ sessions; null where it does not say.</param>
/// <param name="HasKey">Whether a BMC key (Kg) is set, so that logins need it.</param>
/// <param name="AllowsAnonymous">Whether there is a user with neither name nor password.</param>
public sealed record ChannelAuthentication(int Channel, bool? SpeaksPlus, bool HasKey, bool AllowsAnonymous)
{
    private const byte GetChannelAuthenticationCapabilities = 0x38;
    private const byte ThisChannel = 0x0E;
    private const byte ExtendedData = 0x80;

    /// <summary>Reads the response's data, behind the completion code.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> data, [NotNullWhen(true)] out ChannelAuthentication? authentication, [NotNullWhen(false)] out string? error)
    {
        // Table 22-15: channel, authentication types, status, extended capabilities, ...
        var good = data.Length >= 4;
        error = good ? null : "Get Channel Authentication Capabilities: truncated answer";
        authentication = good ? new ChannelAuthentication(
            data[0] & 0x0F, (data[1] & 0x80) == 0 ? null : (data[3] & 0x02) != 0, (data[2] & 0x20) != 0, (data[2] & 0x01) != 0) : null;
        return good;
    }

    /// <summary>Asks in an IPMI 1.5 packet, as every BMC takes it. Old ones are silent or refuse when asked for 2.0's extended data, so it
    /// is asked without too.</summary>
    internal static async Task<ChannelAuthentication> AskAsync(
        IpmiSocket socket, IPEndPoint bmc, IpmiPrivilege privilege, IpmiTimeouts timeouts, CancellationToken cancellation)
    {
        using var question = new Question(socket, bmc);
        var sequence = (byte)RandomNumberGenerator.GetInt32(64);
        var extended = true;
        IpmiResponse? refused = null;
        for (var attempt = 0; attempt < timeouts.Attempts; attempt++)
        {
            var answer =
                await AskOnceAsync(question, sequence, extended, privilege, timeouts.Wait(attempt), cancellation).ConfigureAwait(false);
            if (answer is { Succeeded: true } good)
                return TryParse(good.Data.Span, out var authentication, out var error)
                    ? authentication
                    : throw new IpmiException(IpmiFailure.BadAnswer, $"{bmc}: {error}");
            refused = answer ?? refused;
            extended = !extended;
        }

        throw refused is { } code ? new IpmiException(
            IpmiFailure.Refused, $"{bmc}: Get Channel Authentication Capabilities refused with completion code {code.CompletionCode:X2}h")
            : question.Strange > 0 ? new IpmiException(IpmiFailure.BadAnswer,
                $"{bmc} answers, but not with IPMI ({question.Strange} datagrams): is this the BMC's address and port?")
            : new IpmiException(IpmiFailure.NoAnswer,
                $"{bmc} does not answer: check the address, the cable, and that IPMI over LAN is enabled in the BMC");
    }

    private static async Task<IpmiResponse?> AskOnceAsync(
        Question question, byte sequence, bool extended, IpmiPrivilege privilege, TimeSpan patience, CancellationToken cancellation)
    {
        byte[] data = [(byte)(extended ? ThisChannel | ExtendedData : ThisChannel), (byte)privilege];
        var datagram = new byte[LanPacket.HeaderLength + IpmiMessage.RequestOverhead + data.Length];
        LanPacket.Write(datagram, new IpmiRequest(IpmiNetFunction.App, GetChannelAuthenticationCapabilities, data), sequence);
        var answer = await question.AskOnceAsync(datagram, d => TryRead(d, sequence, out _), patience, cancellation).ConfigureAwait(false);
        return answer is not null && TryRead(answer, sequence, out var message) ? new IpmiResponse(
            message.CompletionCode, message.Data.ToArray()) : null;
    }

    private static bool TryRead(ReadOnlySpan<byte> datagram, byte sequence, out IpmiMessage message)
    {
        message = default;
        return LanPacket.TryParse(datagram, out var packet, out _)
            && IpmiMessage.TryParse(packet.Message, out message, out _)
            && message.ChecksumsFit && message.Command == GetChannelAuthenticationCapabilities && message.Sequence == sequence;
    }
}
