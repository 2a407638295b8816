using Rackboot.Ipmi.Commands;

namespace Rackboot.Ipmi;

/// <summary>The channels of a BMC (IPMI 2.0 chapters 6 and 22). Each throws <see cref="IpmiException"/> if it is refused.</summary>
public static class ChannelCommands
{
    // §22.15: the list index has six bits, and each piece but the last one 16 bytes.
    private const int MostPieces = 64;
    private const int PieceLength = 16;
    private const byte ListSuites = 0x80;

    /// <summary>Get Channel Info (§22.24). With <see cref="ChannelInfo.Present"/> it tells the number of the channel this session is
    /// on.</summary>
    public static ValueTask<ChannelInfo> GetChannelInfoAsync(this IIpmiChannel channel, byte number, CancellationToken cancellation) =>
        CommandTable.GetChannelInfo.AskAsync<ChannelInfo>(channel, new[] { (byte)(number & 0x0F) }, ChannelInfo.TryParse, cancellation);

    /// <summary>Get Channel Cipher Suites (§22.15), all pieces of the list, for the IPMI payload.</summary>
    public static async Task<IReadOnlyList<ChannelCipherSuite>> GetCipherSuitesAsync(
        this IIpmiChannel channel, byte number, CancellationToken cancellation)
    {
        var command = CommandTable.GetChannelCipherSuites;
        var list = new List<byte>();
        for (var piece = 0; piece < MostPieces; piece++)
        {
            byte[] request = [(byte)(number & 0x0F), 0, (byte)(ListSuites | piece)];
            var answer = await command.AskAsync(channel, request, cancellation, least: 1).ConfigureAwait(false);
            var data = answer[1..];
            list.AddRange(data.Span[..Math.Min(data.Length, PieceLength)]);
            if (data.Length < PieceLength)
                break;
        }

        return ChannelCipherSuite.TryParse(list.ToArray(), out var suites, out var error) ? suites : throw command.BadAnswer(error);
    }

    /// <summary>Get Channel Access (§22.23), the settings that hold now.</summary>
    public static ValueTask<ChannelAccess> GetChannelAccessAsync(this IIpmiChannel channel, byte number, CancellationToken cancellation) =>
        CommandTable.GetChannelAccess.AskAsync<ChannelAccess>(
            channel, new byte[] { (byte)(number & 0x0F), 0x80 }, ChannelAccess.TryParse, cancellation);

    /// <summary>Set Channel Access (§22.22), both the settings that hold now and those after the BMC's next start, and reads them
    /// back.</summary>
    public static async Task<ChannelAccess> SetChannelAccessAsync(
        this IIpmiChannel channel, byte number, ChannelAccess access, CancellationToken cancellation)
    {
        // First what is kept, then what holds now: 01b and 10b in bits 7:6.
        foreach (var where in new[] { 0x40, 0x80 })
        {
            byte[] request = [(byte)(number & 0x0F), (byte)(where | access.Flags), (byte)(where | (byte)access.PrivilegeLimit)];
            await CommandTable.SetChannelAccess.AskAsync(channel, request, cancellation).ConfigureAwait(false);
        }

        return await channel.GetChannelAccessAsync(number, cancellation).ConfigureAwait(false);
    }
}
