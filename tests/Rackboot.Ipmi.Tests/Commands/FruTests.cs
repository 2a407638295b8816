namespace Rackboot.Ipmi.Tests.Commands;

public class FruTests
{
    // 29 DC A6 is "IPMI" in six-bit text, the FRU definition's own example (§13).
    private static readonly byte[] SixBit = [0x83, 0x29, 0xDC, 0xA6];
    private static readonly byte[] Bcd = [0x43, 0x12, 0xB3, 0x45];

    private static readonly FruBytes Machine = new FruBytes()
        .Chassis(23, "CSE-815", "C815X", "rack 4")
        .Board(25, 15_000_000, "Supermicro", "X13SEW-F", "UM23AS", SixBit, "file", "more")
        .Product(0, "Supermicro", "SYS-111E", Bcd, "1.0", "S1234567", "asset 9", "")
        .MultiRecords((0x00, new byte[24]), (0x01, new byte[13]));

    [Fact]
    public void A_whole_inventory_is_read()
    {
        Assert.True(FruInventory.TryParse(Machine.Build(), out var fru, out _));

        Assert.Equal((23, "CSE-815", "C815X"), (fru.Chassis!.Type, fru.Chassis.PartNumber, fru.Chassis.SerialNumber));
        Assert.Equal(["rack 4"], fru.Chassis.Further);
        Assert.Equal(new DateTimeOffset(1996, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(15_000_000), fru.Board!.Made);
        Assert.Equal(("Supermicro", "X13SEW-F", "UM23AS", "IPMI", "file"),
            (fru.Board.Manufacturer, fru.Board.Product, fru.Board.SerialNumber, fru.Board.PartNumber, fru.Board.FileId));
        Assert.Equal(["more"], fru.Board.Further);
        Assert.Equal(("SYS-111E", "12-345", "1.0", "S1234567", "asset 9"),
            (fru.Product!.Name, fru.Product.PartNumber, fru.Product.Version, fru.Product.SerialNumber, fru.Product.AssetTag));
        Assert.Equal([0x00, 0x01], fru.MultiRecords);
        Assert.Empty(fru.Faults);
    }

    [Theory]
    [InlineData(1, "2027-11-24 20:17")]
    [InlineData(1_000_000, "2029-10-19 06:56")]
    [InlineData(6_000_000, "2007-05-29 16:00")]
    [InlineData(16_777_215, "2027-11-24 20:15")]
    public void Dates_of_boards_go_on_after_the_24_bits_of_their_minutes_are_used_up(int minutes, string made)
    {
        Assert.True(FruInventory.TryParse(new FruBytes().Board(25, minutes, "Acme").Build(), out var fru, out _));
        Assert.Equal(made, $"{fru.Board!.Made:yyyy-MM-dd HH:mm}");
    }

    // "Acme" / "Node 1" / "SN42", put together byte by byte after §8 and §11; its checksums were computed with Python.
    [Fact]
    public void An_inventory_written_by_hand_is_read()
    {
        var bytes = Convert.FromHexString("01000001000000fe"
            + "0104190000 00c441636d65 c64e6f64652031 c4534e3432 c0c0c1 0000000000 ff".Replace(" ", "", StringComparison.Ordinal));
        Assert.True(FruInventory.TryParse(bytes, out var fru, out var error), error);
        Assert.Equal(
            ("Acme", "Node 1", "SN42", ""), (fru.Board!.Manufacturer, fru.Board.Product, fru.Board.SerialNumber, fru.Board.PartNumber));
        Assert.Null(fru.Board.Made);
        Assert.Empty(fru.Faults);
    }

    [Theory]
    [InlineData("ffffffffffffffff", "the FRU memory is blank")]
    [InlineData("0000000000000000", "the FRU memory is blank")]
    [InlineData("02000000000000fe", "the FRU has the unknown format 2")]
    [InlineData("0100000000000000", "the checksum of the FRU header does not match")]
    [InlineData("0100", "a FRU header needs 8 bytes, got 2")]
    public void A_memory_that_is_no_inventory_says_why(string bytes, string reason)
    {
        Assert.False(FruInventory.TryParse(Convert.FromHexString(bytes), out _, out var error));
        Assert.Equal(reason, error);
    }

    [Fact]
    public void An_area_with_a_bad_checksum_is_read_and_named()
    {
        var bytes = Machine.Build();
        bytes[8 + 5] ^= 1;
        Assert.True(FruInventory.TryParse(bytes, out var fru, out _));
        Assert.Equal("the checksum of the chassis area does not match", Assert.Single(fru.Faults));
        Assert.NotNull(fru.Chassis);
    }

    [Fact]
    public void An_area_that_is_cut_off_is_left_out_and_the_others_count()
    {
        Assert.True(FruInventory.TryParse(
            new FruBytes().Chassis(1, "P1", "S1").Product(0, "Maker", "A name that is long enough to be cut").Build().AsSpan(0, 40),
            out var fru, out _));
        Assert.Equal("S1", fru.Chassis!.SerialNumber);
        Assert.Null(fru.Product);
        Assert.Equal("the product area is truncated", Assert.Single(fru.Faults));
    }

    [Theory]
    [InlineData(128, 0xCA)]
    [InlineData(32, 0xC9)]
    [InlineData(16, 0xCA)]
    [InlineData(8, 0xFF)]
    public async Task The_memory_is_read_in_pieces_the_bmc_can_give(int most, byte refusal)
    {
        var bmc = new FruBmc(Machine.Build(4096)) { MostBytes = most, Refusal = refusal };

        var fru = await bmc.Channel.ReadFruAsync(0, default);

        Assert.Equal("S1234567", fru!.Product!.SerialNumber);
        Assert.Equal([0x00, 0x01], fru.MultiRecords);

        // Not all 4,096 bytes: what is behind the last area is of no use.
        Assert.InRange(bmc.Channel.Sent(IpmiNetFunction.Storage, 0x11).Count(), 2, 40);
    }

    [Fact]
    public async Task Multirecords_are_followed_to_their_last_one_and_no_further()
    {
        var bmc = new FruBmc(new FruBytes().Product(0, "Maker", "Name")
            .MultiRecords((0, new byte[200]), (1, new byte[255]), (2, new byte[100]), (0xC0, new byte[9])).Build(4096)) { MostBytes = 8 };

        Assert.Equal([0x00, 0x01, 0x02, 0xC0], (await bmc.Channel.ReadFruAsync(0, default))!.MultiRecords);

        // 8 + 24 + 4·5 + 564 bytes in pieces of 8, and the requests that were too large.
        Assert.InRange(bmc.Channel.Sent(IpmiNetFunction.Storage, 0x11).Count(), 77, 82);
    }

    [Fact]
    public async Task A_memory_counted_in_words_is_read_by_words()
    {
        var bmc = new FruBmc(Machine.Build(512)) { ByWords = true };
        Assert.Equal("S1234567", (await bmc.Channel.ReadFruAsync(0, default))!.Product!.SerialNumber);
    }

    [Fact]
    public async Task What_a_bmc_pads_its_answers_with_is_not_taken_for_data()
    {
        var bmc = new FruBmc(Machine.Build(512)) { Pads = true, MostBytes = 16 };
        Assert.Equal("S1234567", (await bmc.Channel.ReadFruAsync(0, default))!.Product!.SerialNumber);
    }

    [Fact]
    public async Task A_memory_smaller_than_it_says_is_read_as_far_as_it_goes()
    {
        var bmc = new FruBmc(Machine.Build()[..64]) { Size = 256 };
        var fru = await bmc.Channel.ReadFruAsync(0, default);
        Assert.Equal("CSE-815", fru!.Chassis!.PartNumber);
        Assert.NotEmpty(fru.Faults);
    }

    [Fact]
    public async Task A_part_that_is_not_there_or_was_never_written_has_no_inventory()
    {
        Assert.Null(await new ScriptedChannel().On(IpmiNetFunction.Storage, 0x10, "cb").ReadFruAsync(3, default));
        Assert.Null(await new FruBmc([.. Enumerable.Repeat((byte)0xFF, 256)]).Channel.ReadFruAsync(0, default));
        Assert.Null(await new FruBmc(new byte[256]).Channel.ReadFruAsync(0, default));
    }

    [Fact]
    public async Task A_bmc_that_gives_nothing_is_refused_and_does_not_hold_the_reader()
    {
        var channel = new ScriptedChannel().On(IpmiNetFunction.Storage, 0x10, "00 0001 00").On(IpmiNetFunction.Storage, 0x11, "ff");
        var failure = await Assert.ThrowsAsync<IpmiException>(() => channel.ReadFruAsync(0, default));
        Assert.Equal(IpmiFailure.Refused, failure.Failure);
        Assert.InRange(channel.Requests.Count, 2, 8);
    }

    [Fact]
    public async Task A_machine_is_known_by_product_then_chassis_then_board_and_its_guid()
    {
        var bmc = new FruBmc(Machine.Build(256));
        bmc.Channel.On(IpmiNetFunction.App, 0x37, "00 33221100554477468899aabbccddeeff");
        var identity = await HardwareIdentity.ReadAsync(bmc.Channel, default);
        Assert.Equal(("Supermicro", "SYS-111E", "S1234567", "UM23AS", "asset 9"),
            (identity.Manufacturer, identity.Product, identity.SerialNumber, identity.BoardSerialNumber, identity.AssetTag));
        Assert.True(identity.Guid!.Matches(Guid.Parse("00112233-4455-4677-8899-aabbccddeeff")));

        var poor = new FruBmc(new FruBytes().Chassis(23, "PN", "C815X").Board(0, 0, "Maker", "Board", "B1234").Build(256));
        identity = await HardwareIdentity.ReadAsync(poor.Channel, default);
        Assert.Equal(("Maker", "Board", "C815X", "B1234"),
            (identity.Manufacturer, identity.Product, identity.SerialNumber, identity.BoardSerialNumber));
        Assert.Null(identity.Guid);

        Assert.Equal("", (await HardwareIdentity.ReadAsync(new ScriptedChannel(), default)).SerialNumber);
        await Assert.ThrowsAsync<IpmiException>(() => HardwareIdentity.ReadAsync(new ScriptedChannel().On(
            IpmiNetFunction.Storage, 0x10, _ => throw new IpmiException(IpmiFailure.NoAnswer, "silence")), default));
    }

    private sealed class FruBmc
    {
        private readonly byte[] _memory;

        public FruBmc(byte[] memory)
        {
            _memory = memory;
            Channel = new ScriptedChannel()
                .On(IpmiNetFunction.Storage, 0x10,
                    _ => [0, (byte)(Size ?? _memory.Length), (byte)((Size ?? _memory.Length) >> 8), (byte)(ByWords ? 1 : 0)])
                .On(IpmiNetFunction.Storage, 0x11, Read);
        }

        public ScriptedChannel Channel { get; }
        public int? Size { get; init; }
        public bool ByWords { get; init; }
        public int MostBytes { get; init; } = 255;
        public byte Refusal { get; init; } = 0xCA;
        public bool Pads { get; init; }

        private byte[] Read(byte[] request)
        {
            var unit = ByWords ? 2 : 1;
            var (offset, count) = ((request[1] | request[2] << 8) * unit, request[3] * unit);
            if (count > MostBytes || offset + count > _memory.Length)
                return [Refusal];
            return [0, (byte)(count / unit), .. _memory.AsSpan(offset, count), .. Pads ? new byte[3] : []];
        }
    }
}
