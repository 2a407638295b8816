namespace Rackboot.Ipmi.Tests.Commands;

public class DeviceTests
{
    private const string Uuid = "00112233-4455-4677-8899-aabbccddeeff";

    [Fact]
    public async Task Device_id_tells_maker_firmware_and_abilities()
    {
        var channel = new ScriptedChannel().On(IpmiNetFunction.App, 0x01, "00 20 81 01 74 02 bf 7c2a00 6208 01020304");

        var id = await channel.GetDeviceIdAsync(default);

        Assert.Equal(10876, id.Manufacturer);
        Assert.Equal("Supermicro", id.ManufacturerName);
        Assert.Equal("1.74", id.Firmware);
        Assert.Equal(new Version(2, 0), id.IpmiVersion);
        Assert.Equal(0x0862, id.Product);
        Assert.Equal(0x01020304u, id.AuxiliaryFirmware);
        Assert.True(id.ProvidesDeviceSdrs);
        Assert.False(id.IsUpdating);
        Assert.True(id.Support.HasFlag(DeviceSupport.Chassis | DeviceSupport.EventLog));
        Assert.False(id.Support.HasFlag(DeviceSupport.Bridge));
    }

    [Fact]
    public async Task A_device_id_without_auxiliary_bytes_is_read_and_a_shorter_one_is_a_bad_answer()
    {
        var short11 = new ScriptedChannel().On(IpmiNetFunction.App, 0x01, "00 20 01 09 08 51 9f 910200 020f");
        Assert.Null((await short11.GetDeviceIdAsync(default)).AuxiliaryFirmware);
        Assert.Equal(new Version(1, 5), (await short11.GetDeviceIdAsync(default)).IpmiVersion);

        var cut = new ScriptedChannel().On(IpmiNetFunction.App, 0x01, "00 20 01 09 08 51");
        var failure = await Assert.ThrowsAsync<IpmiException>(async () => await cut.GetDeviceIdAsync(default));
        Assert.Equal(IpmiFailure.BadAnswer, failure.Failure);
        Assert.Contains("Get Device ID", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("33221100554477468899aabbccddeeff")] // SMBIOS: first three fields reversed
    [InlineData("00112233445546778899aabbccddeeff")] // RFC 4122
    [InlineData("ffeeddccbbaa99887746554433221100")] // IPMI: all reversed
    public async Task A_machine_is_recognised_by_its_guid_in_any_byte_order(string wire)
    {
        var channel = new ScriptedChannel().On(IpmiNetFunction.App, 0x37, "00" + wire);

        var guid = await channel.GetSystemGuidAsync(default);

        Assert.True(guid.Matches(Guid.Parse(Uuid)));
        Assert.Equal(Guid.Parse(Uuid), guid.Likely);
        Assert.False(guid.Matches(Guid.Parse("00112233-4455-4677-8899-aabbccddeefe")));
    }

    [Theory]
    [InlineData("00000000000000000000000000000000")]
    [InlineData("ffffffffffffffffffffffffffffffff")]
    public void A_guid_that_was_never_set_matches_nothing(string wire)
    {
        Assert.True(SystemGuid.TryParse(Convert.FromHexString(wire), out var guid, out _));
        Assert.True(guid.IdentifiesNothing);
        Assert.False(guid.Matches(guid.AsSmbios));
    }

    [Fact]
    public async Task A_reset_that_the_bmc_does_not_live_to_answer_is_no_failure()
    {
        var silent = new ScriptedChannel().On(IpmiNetFunction.App, 0x02, _ => throw new IpmiException(IpmiFailure.NoAnswer, "silence"));
        Assert.False(await silent.ColdResetAsync(default));
        Assert.False(silent.Requests[0].Repeatable);

        var polite = new ScriptedChannel().On(IpmiNetFunction.App, 0x03, "00");
        Assert.True(await polite.WarmResetAsync(default));

        var refused = await Assert.ThrowsAsync<IpmiException>(() => new ScriptedChannel().ColdResetAsync(default));
        Assert.True(refused.IsUnsupported);
    }

    [Fact]
    public async Task A_refusal_says_which_command_why_and_what_to_do()
    {
        var channel = new ScriptedChannel().On(IpmiNetFunction.App, 0x01, "d4");

        var failure = await Assert.ThrowsAsync<IpmiException>(async () => await channel.GetDeviceIdAsync(default));

        Assert.Equal(IpmiFailure.InsufficientPrivilege, failure.Failure);
        Assert.Equal((byte)0xD4, failure.CompletionCode);
        Assert.Equal("Get Device ID was refused: the user's privilege is too low; use an administrator or raise this user's limit on the "
            + "LAN channel (completion code D4h)", failure.Message);
    }

    [Fact]
    public async Task A_busy_bmc_is_asked_again_after_growing_pauses()
    {
        var answers = new Queue<string>(["c0", "d2", "00 20 01 09 08 02 9f 910200 020f"]);
        var bmc = new ScriptedChannel().On(
            IpmiNetFunction.App, 0x01, _ => Convert.FromHexString(answers.Dequeue().Replace(" ", "", StringComparison.Ordinal)));
        var clock = new ImpatientTime();

        await new PatientChannel(bmc, clock).GetDeviceIdAsync(default);

        Assert.Equal([TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(500)], clock.Waits);
    }

    [Fact]
    public async Task Patience_ends_and_what_must_not_be_done_twice_is_asked_again_only_if_the_bmc_did_nothing()
    {
        var busy = new ScriptedChannel().On(IpmiNetFunction.App, 0x01, "c0");
        await Assert.ThrowsAsync<IpmiException>(
            async () => await new PatientChannel(busy, new ImpatientTime(), most: 3).GetDeviceIdAsync(default));
        Assert.Equal(3, busy.Requests.Count);

        var late = new ScriptedChannel().On(IpmiNetFunction.Chassis, 0x02, "c3");
        await Assert.ThrowsAsync<IpmiException>(
            () => new PatientChannel(late, new ImpatientTime()).ControlChassisAsync(ChassisControl.PowerCycle, default));
        Assert.Single(late.Requests);
    }
}
