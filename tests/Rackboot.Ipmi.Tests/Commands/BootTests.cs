namespace Rackboot.Ipmi.Tests.Commands;

public class BootTests
{
    public static TheoryData<BootFlags, string> Vectors => new()
    {
        { BootFlags.Once(BootDevice.Pxe, efi: true), "a004000000" },
        { BootFlags.Always(BootDevice.Pxe, efi: true), "e004000000" },
        { BootFlags.Once(BootDevice.Disk, efi: false), "8008000000" },
        { BootFlags.Always(BootDevice.CdRom, efi: false), "c014000000" },
        { BootFlags.Once(BootDevice.BiosSetup, efi: true), "a018000000" },
        { BootFlags.Unset, "0000000000" },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Boot_flags_are_the_bytes_that_ipmitool_and_ironic_send(BootFlags flags, string bytes)
    {
        Assert.Equal(bytes, Convert.ToHexStringLower(flags.ToBytes()));
        Assert.True(BootFlags.TryParse(Convert.FromHexString(bytes), out var back, out _));
        Assert.Equal(flags, back);
    }

    [Fact]
    public void Every_boot_flag_comes_back_as_it_was()
    {
        for (var bits = 0; bits < 1 << 13; bits++)
        {
            var flags = new BootFlags
            {
                IsValid = (bits & 1) != 0,
                IsPersistent = (bits & 2) != 0,
                IsEfi = (bits & 4) != 0,
                ClearsCmos = (bits & 8) != 0,
                Device = (BootDevice)(bits >> 4 & 0x0F),
                Instance = (byte)(bits >> 8),
            };
            Assert.True(BootFlags.TryParse(flags.ToBytes(), out var back, out _));
            Assert.Equal(flags, back);
        }
    }

    [Fact]
    public async Task Setting_keeps_the_flags_beyond_a_minute_and_reads_them_back()
    {
        var bmc = new BootBmc();

        var outcome = await bmc.Channel.SetBootFlagsAsync(BootFlags.Once(BootDevice.Pxe, efi: true), null, default);

        Assert.Equal(["0001", "0308", "040101", "05a004000000", "0002", "0000"], bmc.Channel.Sent(IpmiNetFunction.Chassis, 0x08));
        Assert.True(outcome is { DeviceTook: true, KeepsFlags: true });
        Assert.Empty(outcome.Differences);
    }

    [Fact]
    public async Task A_bmc_with_nothing_but_the_boot_flags_is_enough_and_the_minute_is_told()
    {
        var bmc = new BootBmc { Knows = [5] };

        var outcome = await bmc.Channel.SetBootFlagsAsync(BootFlags.Once(BootDevice.Pxe, efi: false), null, default);

        Assert.True(outcome is { DeviceTook: true, KeepsFlags: false });
        Assert.DoesNotContain("0000", bmc.Channel.Sent(IpmiNetFunction.Chassis, 0x08));
    }

    [Fact]
    public async Task A_change_left_open_by_another_client_is_gone_through_and_closed()
    {
        var bmc = new BootBmc { IsChanging = true };

        var outcome = await bmc.Channel.SetBootFlagsAsync(BootFlags.Once(BootDevice.Pxe, efi: true), null, default);

        Assert.True(outcome.DeviceTook);
        Assert.Equal("0000", bmc.Channel.Sent(IpmiNetFunction.Chassis, 0x08).Last());
        Assert.False(bmc.IsChanging);
    }

    [Fact]
    public async Task A_bmc_that_says_ok_and_does_otherwise_is_found_out()
    {
        // As ipmi_sim: only the device is kept, without the bits for UEFI and persistence.
        var forgetful = new BootBmc { Keeps = data => [0, data[1], 0, 0, 0] };
        var outcome = await forgetful.Channel.SetBootFlagsAsync(BootFlags.Always(BootDevice.Disk, efi: true), null, default);
        Assert.False(outcome.DeviceTook);
        Assert.Equal(
            ["the BMC does not mark the boot flags as valid", "asked for every boot, the BMC keeps it for one",
                "asked for UEFI, the BMC says legacy"],
            outcome.Differences);

        var stubborn = new BootBmc { Keeps = _ => [0x80, 0x08, 0, 0, 0] };
        outcome = await stubborn.Channel.SetBootFlagsAsync(BootFlags.Once(BootDevice.Pxe, efi: false), null, default);
        Assert.Equal("asked for Pxe, the BMC says Disk", Assert.Single(outcome.Differences));
    }

    [Fact]
    public async Task An_override_is_taken_away_by_clearing_its_valid_bit()
    {
        var bmc = new BootBmc();
        await bmc.Channel.SetBootFlagsAsync(BootFlags.Always(BootDevice.Pxe, efi: true), null, default);

        var outcome = await bmc.Channel.SetBootFlagsAsync(BootFlags.Unset, null, default);

        Assert.True(outcome.DeviceTook);
        Assert.Equal("no override", outcome.Found.ToString());
    }

    [Fact]
    public async Task Supermicro_boots_the_disk_by_uefi_with_a_number_of_its_own()
    {
        Assert.True(DeviceId.TryParse(Convert.FromHexString("2001017402bf7c2a006208"), out var id, out _));
        var bmc = new BootBmc();

        var outcome = await bmc.Channel.SetBootFlagsAsync(BootFlags.Once(BootDevice.Disk, efi: true), BootDialect.Of(id), default);

        Assert.Contains("05a024000000", bmc.Channel.Sent(IpmiNetFunction.Chassis, 0x08));
        Assert.Equal(BootDevice.Disk, outcome.Found.Device);
        Assert.Empty(outcome.Differences);
    }

    [Fact]
    public async Task Refused_flags_end_the_change_and_say_why()
    {
        var bmc = new BootBmc { Knows = [0, 3, 4] };

        var failure = await Assert.ThrowsAsync<IpmiException>(
            () => bmc.Channel.SetBootFlagsAsync(BootFlags.Once(BootDevice.Pxe, efi: true), null, default));

        Assert.Contains("this BMC does not support the parameter", failure.Message, StringComparison.Ordinal);
        Assert.Equal("0000", bmc.Channel.Last);
    }

    [Fact]
    public async Task A_locked_parameter_is_not_valid()
    {
        var channel = new ScriptedChannel().On(IpmiNetFunction.Chassis, 0x09, "00 01 85 e0 04 00 00 00");
        Assert.False((await channel.GetBootFlagsAsync(null, default)).IsValid);
    }

    [Fact]
    public async Task Another_parameter_than_the_one_asked_for_is_a_bad_answer()
    {
        var channel = new ScriptedChannel().On(IpmiNetFunction.Chassis, 0x09, "00 01 03 e0 04 00 00 00");
        var failure = await Assert.ThrowsAsync<IpmiException>(() => channel.GetBootFlagsAsync(null, default));
        Assert.Equal(IpmiFailure.BadAnswer, failure.Failure);
    }

    /// <summary>Boot options that are kept as they are written, unless the test says otherwise.</summary>
    private sealed class BootBmc
    {
        private byte[] _flags = new byte[5];

        public BootBmc() => Channel = new ScriptedChannel().On(IpmiNetFunction.Chassis, 0x08, Set).On(
            IpmiNetFunction.Chassis, 0x09, _ => [0, 1, 5, .. _flags]);

        public ScriptedChannel Channel { get; }
        public byte[] Knows { get; init; } = [0, 3, 4, 5];
        public bool IsChanging { get; set; }
        public Func<byte[], byte[]> Keeps { get; init; } = data => data;

        private byte[] Set(byte[] request)
        {
            if (!Knows.Contains(request[0]))
                return [0x80];
            if (request[0] == 0 && request[1] == 1 && IsChanging)
                return [0x81];
            if (request[0] == 0)
                IsChanging = request[1] == 1;
            if (request[0] == 5)
                _flags = Keeps(request[1..]);
            return [0];
        }
    }
}
