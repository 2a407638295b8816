namespace Rackboot.Ipmi.Tests.Commands;

public class ChannelTests
{
    [Fact]
    public async Task Cipher_suites_are_put_together_from_all_pieces()
    {
        // Suites 3 and 17, a maker's own with two kinds of integrity, and 0 without any algorithm beyond authentication.
        var list = Convert.FromHexString("c003014181" + "c011034481" + "c180a2020001414481" + "c000000080");
        var channel = new ScriptedChannel().On(
            IpmiNetFunction.App, 0x54, request => [0, 1, .. list.Skip((request[2] & 0x3F) * 16).Take(16)]);

        var suites = await channel.GetCipherSuitesAsync(ChannelInfo.Present, default);

        Assert.Equal([3, 17, 0x80, 0], suites.Select(s => (int)s.Id));
        Assert.Equal([3], suites[1].Authentication);
        Assert.Equal([4], suites[1].Integrity);
        Assert.Equal([1], suites[1].Confidentiality);
        Assert.Equal(674, suites[2].Oem);
        Assert.Equal([1, 4], suites[2].Integrity);
        Assert.Equal(["0e0080", "0e0081"], channel.Sent(IpmiNetFunction.App, 0x54));
    }

    [Fact]
    public async Task A_list_that_fills_its_last_piece_is_asked_for_once_more_and_an_endless_one_ends()
    {
        var list = Convert.FromHexString("c003014181" + "c011034481" + "c00203418000"[..12]);
        var full = new ScriptedChannel().On(IpmiNetFunction.App, 0x54, request => [0, 1, .. list.Skip((request[2] & 0x3F) * 16).Take(16)]);
        Assert.Equal(3, (await full.GetCipherSuitesAsync(1, default)).Count);
        Assert.Equal(2, full.Requests.Count);

        var endless = new ScriptedChannel().On(IpmiNetFunction.App, 0x54, _ => [0, 1, .. Enumerable.Repeat((byte)0xC0, 16)]);
        await endless.GetCipherSuitesAsync(1, default);
        Assert.Equal(64, endless.Requests.Count);
    }

    [Fact]
    public async Task A_list_that_is_no_list_is_a_bad_answer()
    {
        var channel = new ScriptedChannel().On(IpmiNetFunction.App, 0x54, "00 01 41 81");
        Assert.Equal(
            IpmiFailure.BadAnswer, (await Assert.ThrowsAsync<IpmiException>(() => channel.GetCipherSuitesAsync(1, default))).Failure);
    }

    [Fact]
    public async Task The_present_channel_tells_its_number()
    {
        var channel = new ScriptedChannel().On(IpmiNetFunction.App, 0x42, "00 08 04 01 81 f21b00 0000");
        Assert.Equal(new ChannelInfo(8, 4, 1, 1), await channel.GetChannelInfoAsync(ChannelInfo.Present, default));
        Assert.Equal("0e", channel.Last);
    }

    [Fact]
    public async Task Access_to_a_channel_is_read_and_set_for_now_and_for_later()
    {
        var channel = new ScriptedChannel().On(IpmiNetFunction.App, 0x41, "00 2a 04").On(IpmiNetFunction.App, 0x40, "00");
        var access = await channel.GetChannelAccessAsync(1, default);
        Assert.Equal(new ChannelAccess(ChannelAccessMode.AlwaysAvailable, PrivilegeLimit.Administrator, true, false, true), access);
        Assert.Equal("0180", channel.Last);

        await channel.SetChannelAccessAsync(1, access with { PrivilegeLimit = PrivilegeLimit.Operator }, default);
        Assert.Equal(["016a43", "01aa83"], channel.Sent(IpmiNetFunction.App, 0x40));
    }
}
