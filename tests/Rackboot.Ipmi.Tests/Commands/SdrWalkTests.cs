namespace Rackboot.Ipmi.Tests.Commands;

public class SdrWalkTests
{
    private static readonly byte[][] Records =
    [
        new SdrBytes { Id = 1, Name = "CPU1 Temp", Number = 1 }.Full(),
        new SdrBytes { Id = 7, Name = "Intrusion", Number = 2, Type = 0x05, EventReadingType = 0x6F }.Compact(),
        new SdrBytes { Id = 3, Name = "Watchdog", Number = 3, Type = 0x23, EventReadingType = 0x6F }.EventOnly(),
        new SdrBytes { Id = 0x200, Name = "Board FRU", Number = 0 }.FruLocator(),
    ];

    private static readonly string[] Names = ["CPU1 Temp", "Intrusion", "Watchdog"];

    [Fact]
    public async Task All_records_come_in_one_request_each_where_the_bmc_can()
    {
        var bmc = new SdrBmc(Records);

        var records = await bmc.Channel.ReadSdrRepositoryAsync(default);

        Assert.Equal(Names, records.SelectMany(r => r.Sensors).Select(s => s.Name));
        Assert.Equal([1, 7, 3, 0x200], records.Select(r => (int)r.Id));
        Assert.Equal(4, bmc.Channel.Sent(IpmiNetFunction.Storage, 0x23).Count());
    }

    [Theory]
    [InlineData(48, 0xCA)]
    [InlineData(32, 0xCA)]
    [InlineData(16, 0xC9)]
    [InlineData(22, 0xFF)]
    [InlineData(8, 0xC8)]
    [InlineData(10, 0xCC)]
    public async Task Requests_shrink_until_the_bmc_can_answer(int most, byte refusal)
    {
        var bmc = new SdrBmc(Records) { MostBytes = most, Refusal = refusal };

        var records = await bmc.Channel.ReadSdrRepositoryAsync(default);

        Assert.Equal(Names, records.SelectMany(r => r.Sensors).Select(s => s.Name));

        // The size that worked is kept: the refusals come once, not for each record.
        Assert.Single(bmc.Channel.Sent(IpmiNetFunction.Storage, 0x23), r => r.EndsWith("ff", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bmc_that_returns_less_than_asked_is_asked_for_the_rest()
    {
        var bmc = new SdrBmc(Records);
        var stingy = new ScriptedChannel().On(IpmiNetFunction.Storage, 0x23, request =>
        {
            var whole = bmc.Channel.SendAsync(new IpmiRequest(IpmiNetFunction.Storage, 0x23, request), default).AsTask().GetAwaiter()
                .GetResult();
            return [whole.CompletionCode, .. whole.Data.Span[..Math.Min(whole.Data.Length, 2 + 20)]];
        });
        stingy.On(IpmiNetFunction.Storage, 0x22, request => [0, .. bmc.Channel
            .SendAsync(new IpmiRequest(IpmiNetFunction.Storage, 0x22, request), default).AsTask().GetAwaiter().GetResult().Data.Span]);

        var records = await stingy.ReadSdrRepositoryAsync(default);

        Assert.Equal(Names, records.SelectMany(r => r.Sensors).Select(s => s.Name));
    }

    [Fact]
    public async Task A_bmc_that_cannot_even_return_eight_bytes_is_refused()
    {
        var failure =
            await Assert.ThrowsAsync<IpmiException>(() => new SdrBmc(Records) { MostBytes = 4 }.Channel.ReadSdrRepositoryAsync(default));
        Assert.Equal((byte)0xCA, failure.CompletionCode);
    }

    [Fact]
    public async Task A_reservation_taken_by_another_client_costs_one_request_more()
    {
        var bmc = new SdrBmc(Records) { LosesAt = [3], MostBytes = 255 };

        var records = await bmc.Channel.ReadSdrRepositoryAsync(default);

        Assert.Equal(4, records.Count);
        Assert.Equal(2, bmc.Channel.Sent(IpmiNetFunction.Storage, 0x22).Count());
        Assert.Equal(5, bmc.Channel.Sent(IpmiNetFunction.Storage, 0x23).Count());
    }

    [Fact]
    public async Task Records_that_changed_meanwhile_are_all_read_again()
    {
        var bmc = new SdrBmc(Records) { LosesAt = [3], ChangesWithLoss = true };

        var records = await bmc.Channel.ReadSdrRepositoryAsync(default);

        Assert.Equal(4, records.Count);
        Assert.Equal(3 + 4, bmc.Channel.Sent(IpmiNetFunction.Storage, 0x23).Count());
    }

    [Fact]
    public async Task Records_that_never_stop_changing_are_given_up()
    {
        var bmc = new SdrBmc(Records) { LosesAt = [.. Enumerable.Range(1, 1000)], ChangesWithLoss = true };

        var failure = await Assert.ThrowsAsync<IpmiException>(() => bmc.Channel.ReadSdrRepositoryAsync(default));

        Assert.Contains("keep changing while being read", failure.Message, StringComparison.Ordinal);
        Assert.InRange(bmc.Channel.Requests.Count, 4, 40);
    }

    [Fact]
    public async Task Reservations_that_are_always_lost_are_given_up()
    {
        var bmc = new SdrBmc(Records) { LosesAt = [.. Enumerable.Range(1, 1000)] };

        var failure = await Assert.ThrowsAsync<IpmiException>(() => bmc.Channel.ReadSdrRepositoryAsync(default));

        Assert.Contains("another client cancelled the reservation", failure.Message, StringComparison.Ordinal);
        Assert.InRange(bmc.Channel.Requests.Count, 17, 80);
    }

    [Fact]
    public async Task Records_in_a_ring_end_the_walk()
    {
        var record = new SdrBytes { Id = 5 }.Full();
        var channel = new ScriptedChannel().On(IpmiNetFunction.Storage, 0x23, _ => [0, 5, 0, .. record]);

        var failure = await Assert.ThrowsAsync<IpmiException>(() => channel.ReadSdrRepositoryAsync(default));

        Assert.Equal(IpmiFailure.BadAnswer, failure.Failure);
        Assert.Contains("do not end", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_that_cannot_be_understood_is_left_out()
    {
        var bmc = new SdrBmc(Records[0], [9, 0, 0x51, 0x01, 2, 0x20, 0], Records[1]);
        Assert.Equal(2, (await bmc.Channel.ReadSdrRepositoryAsync(default)).Count);
    }

    [Fact]
    public async Task A_controller_without_a_repository_is_asked_for_its_own_records()
    {
        var channel = new ScriptedChannel()
            .On(IpmiNetFunction.SensorEvent, 0x22, "00 0100")
            .On(IpmiNetFunction.SensorEvent, 0x21, _ => [0, 0xFF, 0xFF, .. Records[0]]);
        Assert.Equal("CPU1 Temp", (await channel.ReadSdrRepositoryAsync(default)).Single().Sensors.Single().Name);

        Assert.True((await Assert.ThrowsAsync<IpmiException>(() => new ScriptedChannel().ReadSdrRepositoryAsync(default))).IsUnsupported);
    }

    [Fact]
    public async Task Info_tells_whether_records_read_before_still_hold()
    {
        var info = await new SdrBmc(Records).Channel.GetSdrRepositoryInfoAsync(default);
        Assert.Equal(new SdrRepositoryInfo(4, 0xFFFF, 0, 0), info);
    }
}
