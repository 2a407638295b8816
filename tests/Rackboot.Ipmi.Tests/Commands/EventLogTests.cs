namespace Rackboot.Ipmi.Tests.Commands;

public class EventLogTests
{
    [Fact]
    public async Task Info_tells_entries_room_and_times()
    {
        var info = await new SelBmc(Entry(1), Entry(2)).Channel.GetSelInfoAsync(default);
        Assert.Equal(2, info.Entries);
        Assert.Equal(0x3F0, info.FreeBytes);
        Assert.True(info is { IsOverflowed: true, CanReserve: true });
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 8, 14, 56, TimeSpan.Zero), info.LastAddition.At);
        Assert.Equal(TimeSpan.FromSeconds(17), info.LastErase.SinceStart);
    }

    [Fact]
    public async Task All_records_are_read_oldest_first()
    {
        var bmc = new SelBmc(Entry(1), Entry(5), Entry(3));
        Assert.Equal([1, 5, 3], await Ids(bmc.Channel.ReadEventLogAsync(null, 1000, default)));
    }

    [Fact]
    public async Task Only_newer_records_are_read_if_the_last_known_one_is_still_there()
    {
        var bmc = new SelBmc(Entry(1), Entry(5), Entry(3));
        Assert.Equal([3], await Ids(bmc.Channel.ReadEventLogAsync(5, 1000, default)));
        Assert.Empty(await Ids(bmc.Channel.ReadEventLogAsync(3, 1000, default)));
        Assert.Equal([1, 5, 3], await Ids(bmc.Channel.ReadEventLogAsync(77, 1000, default)));
    }

    [Fact]
    public async Task Reading_stops_where_the_caller_said()
    {
        var bmc = new SelBmc(Entry(1), Entry(5), Entry(3));
        Assert.Equal([1, 5], await Ids(bmc.Channel.ReadEventLogAsync(null, 2, default)));
    }

    [Fact]
    public async Task An_empty_log_is_not_read() => Assert.Empty(await Ids(new SelBmc().Channel.ReadEventLogAsync(null, 10, default)));

    [Theory]
    [InlineData("0100")]
    [InlineData("0000")]
    public async Task Records_in_a_ring_end_by_themselves(string next)
    {
        var channel = new ScriptedChannel()
            .On(IpmiNetFunction.Storage, 0x40, "00 51 0100 ffff 00000000 00000000 02")
            .On(IpmiNetFunction.Storage, 0x43, _ => [0, .. Convert.FromHexString(next), .. Entry(1)]);

        Assert.Equal([1], await Ids(channel.ReadEventLogAsync(null, 1000, default)));
    }

    [Fact]
    public async Task A_record_that_cannot_be_understood_does_not_hide_the_next()
    {
        var bmc = new SelBmc(Entry(1), [2, 0, 2], Entry(3));
        Assert.Equal([1, 3], await Ids(bmc.Channel.ReadEventLogAsync(null, 1000, default)));
    }

    [Fact]
    public async Task A_log_cleared_while_it_is_read_ends_the_reading()
    {
        var bmc = new SelBmc(Entry(1), Entry(2), Entry(3));
        var read = new List<int>();
        await foreach (var record in bmc.Channel.ReadEventLogAsync(null, 1000, default))
        {
            read.Add(record.Id);
            bmc.Entries.Clear();
        }

        Assert.Equal([1], read);
    }

    [Fact]
    public async Task Clearing_waits_until_the_erasure_is_done_and_looks_again()
    {
        var bmc = new SelBmc(Entry(1), Entry(2)) { PollsNeeded = 3 };
        var clock = new ImpatientTime();

        var after = await bmc.Channel.ClearEventLogAsync(clock, default);

        Assert.Equal(0, after.Entries);
        Assert.Equal(["0100434c52aa", "0100434c5200", "0100434c5200", "0100434c5200"], bmc.Channel.Sent(IpmiNetFunction.Storage, 0x47));
        Assert.Equal(3, clock.Waits.Count);
        Assert.Equal([false, true, true, true], bmc.Channel.Requests.Where(r => r.Command == 0x47).Select(r => r.Repeatable));
    }

    [Fact]
    public async Task A_reservation_lost_while_erasing_is_renewed()
    {
        var bmc = new SelBmc(Entry(1)) { PollsNeeded = 2, LosesWithErasure = true };
        Assert.Equal(0, (await bmc.Channel.ClearEventLogAsync(new ImpatientTime(), default)).Entries);
        Assert.Equal(2, bmc.Channel.Sent(IpmiNetFunction.Storage, 0x42).Count());
    }

    [Fact]
    public async Task An_erasure_that_never_ends_is_given_up_after_a_minute()
    {
        var clock = new ImpatientTime();
        var failure = await Assert.ThrowsAsync<IpmiException>(
            () => new SelBmc(Entry(1)) { PollsNeeded = int.MaxValue }.Channel.ClearEventLogAsync(clock, default));
        Assert.Equal(IpmiFailure.NoAnswer, failure.Failure);
        Assert.Equal(TimeSpan.FromSeconds(60), clock.Waits.Aggregate((a, b) => a + b));
    }

    [Fact]
    public async Task The_clock_is_read_and_set_to_the_second()
    {
        var channel = new ScriptedChannel().On(IpmiNetFunction.Storage, 0x48, "00 80d7616a").On(IpmiNetFunction.Storage, 0x49, "00");

        Assert.Equal(0x6A61D780u, (await channel.GetSelTimeAsync(default)).Seconds);
        await channel.SetSelTimeAsync(DateTimeOffset.FromUnixTimeSeconds(0x6A61D780).AddMilliseconds(700), default);
        Assert.Equal("80d7616a", channel.Last);
    }

    [Theory]
    [InlineData(0xFFFFFFFF, "time unknown")]
    [InlineData(0x00000010, "16 s after the BMC's start")]
    [InlineData(0x20000000, "536870912 s after the BMC's start")]
    [InlineData(1795248000, "2026-11-21 08:00:00")]
    public void A_time_before_the_clock_was_set_is_not_taken_for_a_date(uint seconds, string text) =>
        Assert.Equal(text, new IpmiTimestamp(seconds).ToString());

    [Fact]
    public void Records_of_a_makers_own_keep_their_bytes()
    {
        Assert.True(SelRecord.TryParse(Convert.FromHexString("0900c000f6006aa20200010203040506"), out var timed, out _));
        Assert.Equal(674, timed.Manufacturer);
        Assert.Equal(6, timed.OwnData.Length);
        Assert.NotNull(timed.Time);

        Assert.True(SelRecord.TryParse(Convert.FromHexString("0a00e00102030405060708090a0b0c0d"), out var untimed, out _));
        Assert.Null(untimed.Time);
        Assert.Equal(13, untimed.OwnData.Length);
        Assert.Equal("OEM record of the maker, type E0h: 0102030405060708090a0b0c0d", untimed.Describe());

        Assert.False(SelRecord.TryParse(new byte[15], out _, out var error));
        Assert.Equal("a SEL record needs 16 bytes, got 15", error);
    }

    internal static byte[] Entry(ushort id, string eventBytes = "2000 04 01 30 01 595c5a") =>
        [(byte)id, (byte)(id >> 8), 0x02, 0x00, 0x53, 0x01, 0x6B,
            .. Convert.FromHexString(eventBytes.Replace(" ", "", StringComparison.Ordinal))];

    private static async Task<List<int>> Ids(IAsyncEnumerable<SelRecord> records)
    {
        var ids = new List<int>();
        await foreach (var record in records)
            ids.Add(record.Id);
        return ids;
    }

    /// <summary>An event log behind a channel.</summary>
    private sealed class SelBmc
    {
        private int _polls;
        private int _reservation;
        private bool _lost;

        public SelBmc(params byte[][] entries)
        {
            Entries = [.. entries];
            Channel = new ScriptedChannel()
                .On(IpmiNetFunction.Storage, 0x40,
                    _ => [0, 0x51, (byte)Entries.Count, 0, 0xF0, 0x03, 0x00, 0x53, 0x01, 0x6B, 17, 0, 0, 0, 0x82])
                .On(IpmiNetFunction.Storage, 0x42, _ => [0, (byte)++_reservation, 0])
                .On(IpmiNetFunction.Storage, 0x43, Get)
                .On(IpmiNetFunction.Storage, 0x47, Clear);
        }

        public ScriptedChannel Channel { get; }
        public List<byte[]> Entries { get; }
        public int PollsNeeded { get; init; }
        public bool LosesWithErasure { get; init; }

        private byte[] Get(byte[] request)
        {
            var id = request[2] | request[3] << 8;
            var index = Entries.Count > 0 && id == 0 ? 0 : Entries.FindIndex(e => (e[0] | e[1] << 8) == id);
            if (index < 0)
                return [0xCB];
            byte[] next = index + 1 < Entries.Count ? Entries[index + 1][..2] : [0xFF, 0xFF];
            return [0, .. next, .. Entries[index]];
        }

        private byte[] Clear(byte[] request)
        {
            if (request[5] == 0xAA)
                _lost = LosesWithErasure;
            else if (_lost && request[0] == 1)
                return [0xC5];
            if (_polls++ < PollsNeeded)
                return [0, 0];
            Entries.Clear();
            return [0, 1];
        }
    }
}
