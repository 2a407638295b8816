using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Rackboot.Ipmi.Tests.Commands;
using Rackboot.Tests.Shared;

namespace Rackboot.Ipmi.Tests.Real;

/// <summary>The commands, asked of ipmi_sim and of pyghmi's BMC; ipmitool, asked the same, must see the same.</summary>
public sealed class CommandTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sensors_of_every_kind_read_as_ipmitool_reads_them()
    {
        await using var bmc =
            await IpmiSimulator.StartAsync(string.Join('\n', Rack.Sensors.Select((s, i) => Rack.Commands(s.Record, s.Raw, i))));
        using var socket = new IpmiSocket();
        await using var session = await Sessions.OpenAsync(socket, bmc.EndPoint);

        var records = await session.ReadSdrRepositoryAsync(Cancel);
        var readings = await session.ReadSensorsAsync(records.SelectMany(r => r.Sensors), Cancel);
        var info = await session.GetSdrRepositoryInfoAsync(Cancel);

        Assert.Equal(info.Records, records.Count);
        var table = await TableAsync(bmc.EndPoint);
        Assert.Equal((Rack.Sensors.Length, Rack.Sensors.Length), (readings.Count, table.Count));
        foreach (var (reading, row) in readings.Zip(table))
        {
            // Names in six-bit text are garbage in ipmitool.
            if (reading.Sensor.Name != "DIMM_A1")
                Assert.Equal(row[0], reading.Sensor.Name);
            var thresholds = await session.GetThresholdsAsync(reading.Sensor, Cancel);
            AssertSame(row[1], reading.Value);
            double?[] ours =
            [
                thresholds.LowerNonRecoverable, thresholds.LowerCritical, thresholds.LowerNonCritical,
                thresholds.UpperNonCritical, thresholds.UpperCritical, thresholds.UpperNonRecoverable,
            ];
            for (var i = 0; i < ours.Length; i++)
                AssertSame(row[4 + i], ours[i]);
        }
    }

    [Theory]
    [InlineData(0x07, 0x6F, 1, "thermal trip", "Thermal Trip")]
    [InlineData(0x07, 0x6F, 10, "throttled", "Throttled")]
    [InlineData(0x08, 0x6F, 0, "present", "Presence detected")]
    [InlineData(0x08, 0x6F, 3, "input lost", "Power Supply AC lost")]
    [InlineData(0x0C, 0x6F, 1, "uncorrectable error", "Uncorrectable ECC")]
    [InlineData(0x0D, 0x6F, 1, "drive fault", "Drive Fault")]
    [InlineData(0x13, 0x6F, 5, "PCI system error", "PCI SERR")]
    [InlineData(0x22, 0x6F, 12, "off (legacy)", "Legacy OFF state")]
    [InlineData(0x29, 0x6F, 0, "low", "Low")]
    [InlineData(0x08, 0x0B, 1, "redundancy lost", "Redundancy Lost")]
    [InlineData(0x0D, 0x08, 0, "absent", "Device Absent")]
    [InlineData(0x04, 0x07, 2, "critical", "Transition to Critical from less severe")]
    public async Task A_state_is_the_one_that_ipmitool_names(byte type, byte eventReadingType, int offset, string ours, string theirs)
    {
        var record = new SdrBytes { Name = "Watched", Number = 5, Type = type, EventReadingType = eventReadingType };
        const string All = "111111111111111";
        await using var bmc = await IpmiSimulator.StartAsync($"""
            sensor_add 0x20 0 5 {type} {eventReadingType}
            sensor_set_event_support 0x20 0 5 enable scanning per-state {All} {All} {All} {All}
            sensor_set_bit 0x20 0 5 {offset} 1 0
            main_sdr_add 0x20 {Rack.Bytes(record.Compact())}
            """);
        using var socket = new IpmiSocket();
        await using var session = await Sessions.OpenAsync(socket, bmc.EndPoint);
        var sensor = (await session.ReadSdrRepositoryAsync(Cancel)).Single().Sensors.Single();

        Assert.Equal(ours, (await session.ReadSensorAsync(sensor, Cancel)).ToString());
        Assert.Contains(theirs, (await Peers.IpmitoolAsync(bmc.EndPoint, 3, "sdr", "elist")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_of_every_kind_are_those_ipmitool_lists()
    {
        byte[][] records =
        [
            new SdrBytes { Id = 1, Name = "Board Temp", Number = 1, Entity = 7 }.Full(),
            new SdrBytes { Id = 2, Name = "Intrusion", Number = 2, Type = 5, EventReadingType = 0x6F, Entity = 0x17 }.Compact(),
            new SdrBytes { Id = 3, Name = "Watchdog", Number = 3, Type = 0x23, EventReadingType = 0x6F, Entity = 6 }.EventOnly(),
            new SdrBytes { Id = 4, Name = "PSU1 FRU", Number = 4, Entity = 10, Instance = 2 }.FruLocator(),
        ];
        await using var bmc = await IpmiSimulator.StartAsync(string.Join('\n', records.Select(r => $"main_sdr_add 0x20 {Rack.Bytes(r)}")));
        using var socket = new IpmiSocket();
        await using var session = await Sessions.OpenAsync(socket, bmc.EndPoint);

        var read = await session.ReadSdrRepositoryAsync(Cancel);

        // ipmitool has a FRU's number in the last column: "Logical FRU @04h".
        var ours = read.Select(r => r.Fru is { } fru ? $"{fru.Name} {fru.Device:X2}h {fru.Entity}.{fru.EntityInstance}"
            : $"{r.Sensors[0].Name} {r.Sensors[0].Number:X2}h {r.Sensors[0].Entity}.{r.Sensors[0].EntityInstance}").Order();
        var theirs = (await Peers.IpmitoolAsync(bmc.EndPoint, 3, "sdr", "elist", "all")).Text
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Select(row => $"{row[0]} {(row[4].Contains('@') ? row[4].Split('@')[1] : row[1])} {row[3]}").Order();
        Assert.Equal(theirs, ours);
    }

    [Fact]
    public async Task Freeipmi_sees_the_same_sensors_log_and_inventory()
    {
        Assert.SkipUnless(File.Exists("/usr/sbin/ipmi-sensors"), "freeipmi is not installed");
        var memory = new FruBytes().Board(25, 15_000_000, "Acme Systems", "Node 1", "SN42", "PN7").Build(128);
        await using var bmc = await IpmiSimulator.StartAsync($"""
            {string.Join('\n', Rack.Sensors.Select((s, i) => Rack.Commands(s.Record, s.Raw, i)))}
            sel_add 0x20 2 0 0 0 0x6a 0x20 0 4 0x08 1 0x6f 3 0xff 0xff
            sel_add 0x20 2 0 0 0 0x6a 0x20 0 4 0x1e 2 0x6f 2 0xff 0xff
            mc_add_fru_data 0x20 0 128 data {Rack.Bytes(memory)}
            """);
        using var socket = new IpmiSocket();
        await using var session = await Sessions.OpenAsync(socket, bmc.EndPoint);
        var sensors = (await session.ReadSdrRepositoryAsync(Cancel)).SelectMany(r => r.Sensors).ToList();

        var rows = (await FreeipmiAsync(bmc, "ipmi-sensors", "--comma-separated-output", "--no-header-output", "--quiet-cache",
            $"--sdr-cache-directory={bmc.Named("state")}"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',')).ToList();

        // The last name is in six-bit text, which neither freeipmi nor ipmitool decodes in sensor records.
        Assert.Equal(rows.SkipLast(1).Select(row => row[1]), sensors.SkipLast(1).Select(s => s.Name));
        foreach (var (sensor, row) in sensors.Zip(rows))
        {
            var ours = (await session.ReadSensorAsync(sensor, Cancel)).Value!.Value;

            // freeipmi shows 0 for a cube root, of which ipmitool agrees with us.
            if (sensor.Conversion!.Linearization != Linearization.CubeRoot)
                Assert.Equal(double.Parse(row[3], CultureInfo.InvariantCulture), ours, Math.Max(0.0051, Math.Abs(ours) * 1e-12));
        }

        var log = await FreeipmiAsync(bmc, "ipmi-sel", "--comma-separated-output", "--no-header-output", "--quiet-cache",
            $"--sdr-cache-directory={bmc.Named("state")}");
        Assert.Contains("Power Supply input lost (AC/DC)", log, StringComparison.Ordinal);
        Assert.Contains("PXE Server not found", log, StringComparison.Ordinal);
        Assert.Equal(["power supply sensor 01h: input lost", "boot error sensor 02h: no PXE server found"],
            (await LogAsync(session)).Select(r => r.Describe(sensors)));

        var inventory = await FreeipmiAsync(bmc, "ipmi-fru", "--quiet-cache", $"--sdr-cache-directory={bmc.Named("state")}");
        var board = (await session.ReadFruAsync(0, Cancel))!.Board!;
        Assert.Contains(
            $"FRU Board Manufacturing Date/Time: {board.Made!.Value.ToString("MM/dd/yy - HH:mm:ss", CultureInfo.InvariantCulture)}",
            inventory, StringComparison.Ordinal);
        Assert.Contains($"FRU Board Serial Number: {board.SerialNumber}\n", inventory, StringComparison.Ordinal);
        Assert.Contains($"FRU Board Part Number: {board.PartNumber}\n", inventory, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_crossed_threshold_is_seen_in_the_reading_and_logged_as_an_event()
    {
        await using var bmc = await IpmiSimulator.StartAsync(Rack.Commands(new SdrBytes { Name = "CPU1 Temp", Number = 9 }, 45, 0));
        using var socket = new IpmiSocket();
        await using var session = await Sessions.OpenAsync(socket, bmc.EndPoint);
        var sensors = (await session.ReadSdrRepositoryAsync(Cancel)).SelectMany(r => r.Sensors).ToList();
        Assert.Equal("45 °C", (await session.ReadSensorAsync(sensors[0], Cancel)).ToString());

        await bmc.CommandAsync("sensor_set_value 0x20 0 9 92 1");
        await Wait.UntilAsync(
            async () => (await session.ReadSensorAsync(sensors[0], Cancel)).Health != SensorHealth.Ok, "the sensor is too hot");
        var hot = await session.ReadSensorAsync(sensors[0], Cancel);
        Assert.Equal("92 °C (above the upper critical threshold)", hot.ToString());
        var log = await LogAsync(session);
        Assert.Contains(
            "CPU1 Temp: above the upper critical threshold (reading 92 °C, threshold 90 °C)", log.Select(r => r.Describe(sensors)));
        var (_, theirs) = await Peers.IpmitoolAsync(bmc.EndPoint, 3, "sel", "elist");
        Assert.Equal(log.Count, theirs.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("Upper Critical going high", theirs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_event_log_is_read_in_parts_and_cleared_and_its_clock_is_set()
    {
        await using var bmc = await IpmiSimulator.StartAsync(
            string.Join('\n', Enumerable.Range(1, 30).Select(i => $"sel_add 0x20 2 0 0 0 {0x6a} 0x20 0 4 0x08 {i} 0x6f 3 0xff 0xff")));
        using var socket = new IpmiSocket();
        await using var session = await Sessions.OpenAsync(socket, bmc.EndPoint);

        var all = await LogAsync(session);
        Assert.Equal(30, all.Count);
        Assert.Equal("power supply sensor 01h: input lost", all[0].Describe());
        Assert.Equal(all.Skip(21).Select(r => r.Id), (await LogAsync(session, after: all[20].Id)).Select(r => r.Id));
        var (_, theirs) = await Peers.IpmitoolAsync(bmc.EndPoint, 3, "sel", "list");
        Assert.Equal(
            theirs.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => int.Parse(line.Split('|')[0].Trim(), NumberStyles.HexNumber)),
            all.Select(r => (int)r.Id));

        Assert.Equal(0, (await session.ClearEventLogAsync(TimeProvider.System, Cancel)).Entries);
        Assert.Contains("no entries", (await Peers.IpmitoolAsync(bmc.EndPoint, 3, "sel", "list")).Text, StringComparison.Ordinal);

        var time = new DateTimeOffset(2031, 5, 6, 7, 8, 9, TimeSpan.Zero);
        await session.SetSelTimeAsync(time, Cancel);
        Assert.InRange((await session.GetSelTimeAsync(Cancel)).At!.Value, time, time.AddSeconds(30));
    }

    [Fact]
    public async Task Inventory_is_what_ipmitool_prints()
    {
        var memory = new FruBytes()
            .Chassis(23, "CSE-815TQC", "C8150XX42")
            .Board(25, 15_000_000, "Supermicro", "X13SEW-F", "UM23AS001122", "X13SEW-F-O")
            .Product(0, "Supermicro", "SYS-111E-WR", new byte[] { 0x83, 0x29, 0xDC, 0xA6 }, "0123456789", "S456789X", "rack 7")
            .Build(256);
        await using var bmc = await IpmiSimulator.StartAsync($"mc_add_fru_data 0x20 0 256 data {Rack.Bytes(memory)}");
        using var socket = new IpmiSocket();
        await using var session = await Sessions.OpenAsync(socket, bmc.EndPoint);

        var fru = await session.ReadFruAsync(0, Cancel);

        var (_, theirs) = await Peers.IpmitoolAsync(bmc.EndPoint, 3, "fru", "print", "0");
        foreach (var (label, value) in new[]
        {
            ("Chassis Part Number", fru!.Chassis!.PartNumber), ("Chassis Serial", fru.Chassis.SerialNumber),
            ("Board Mfg", fru.Board!.Manufacturer), ("Board Product", fru.Board.Product), ("Board Serial", fru.Board.SerialNumber),
            ("Board Part Number", fru.Board.PartNumber),
            ("Product Manufacturer", fru.Product!.Manufacturer), ("Product Name", fru.Product.Name),
            ("Product Part Number", fru.Product.PartNumber),
            ("Product Version", fru.Product.Version), ("Product Serial", fru.Product.SerialNumber),
            ("Product Asset Tag", fru.Product.AssetTag),
        })
            Assert.Matches($@"(?m)^ *{label} +: {Regex.Escape(value)} *$", theirs);
        Assert.Empty(fru.Faults);
        Assert.Null(await session.ReadFruAsync(9, Cancel));
    }

    [Fact]
    public async Task Power_is_switched_as_ipmitool_sees_it_and_only_once()
    {
        await using var bmc = await IpmiSimulator.StartAsync();
        using var socket = new IpmiSocket();
        await using var session = await Sessions.OpenAsync(socket, bmc.EndPoint);

        await session.ControlChassisAsync(ChassisControl.PowerUp, Cancel);
        Assert.True((await session.GetChassisStatusAsync(Cancel)).IsOn);
        Assert.Equal("Chassis Power is on\n", (await Peers.IpmitoolAsync(bmc.EndPoint, 3, "chassis", "power", "status")).Text);
        Assert.Single(bmc.HookCalls, call => call == "set power 1");

        await session.ControlChassisAsync(ChassisControl.PowerDown, Cancel);
        Assert.False((await session.GetChassisStatusAsync(Cancel)).IsOn);
        await session.IdentifyAsync(TimeSpan.FromSeconds(5), Cancel);

        // ipmi_sim knows no diagnostic interrupt.
        var refused =
            await Assert.ThrowsAsync<IpmiException>(() => session.ControlChassisAsync(ChassisControl.PulseDiagnosticInterrupt, Cancel));
        Assert.Equal(IpmiFailure.Refused, refused.Failure);
    }

    [Fact]
    public async Task Ipmi_sim_takes_the_boot_device_and_its_loss_of_the_rest_is_found_out()
    {
        await using var bmc = await IpmiSimulator.StartAsync();
        using var socket = new IpmiSocket();
        await using var session = await Sessions.OpenAsync(socket, bmc.EndPoint);

        var outcome = await session.SetBootFlagsAsync(BootFlags.Once(BootDevice.Pxe, efi: true), null, Cancel);

        Assert.Equal("pxe", bmc.Read("boot"));
        Assert.Equal(BootDevice.Pxe, outcome.Found.Device);
        Assert.Contains("asked for UEFI, the BMC says legacy", outcome.Differences);
    }

    [Theory]
    [InlineData(BootDevice.Pxe, true, false, "a004000000")]
    [InlineData(BootDevice.Disk, true, true, "e008000000")]
    [InlineData(BootDevice.BiosSetup, false, false, "8018000000")]
    public async Task A_bmc_that_keeps_all_bits_agrees_with_what_was_set(BootDevice device, bool efi, bool always, string bytes)
    {
        await using var bmc = await PyghmiBmc.StartAsync();
        using var socket = new IpmiSocket();
        await using var session = await Sessions.OpenAsync(socket, bmc.EndPoint);

        var outcome = await session.SetBootFlagsAsync(always ? BootFlags.Always(device, efi) : BootFlags.Once(device, efi), null, Cancel);

        Assert.Empty(outcome.Differences);
        Assert.True(outcome.DeviceTook);
        Assert.Equal(bytes, (await bmc.StatusAsync()).Boot["5"]);
    }

    [Fact]
    public async Task Power_drawn_is_read_by_dcmi_as_ipmitool_reads_it()
    {
        await using var bmc = await PyghmiBmc.StartAsync();
        using var socket = new IpmiSocket();
        await using var session = await Sessions.OpenAsync(socket, bmc.EndPoint);

        var reading = await session.GetPowerReadingAsync(Cancel);

        var (_, theirs) = await Peers.IpmitoolAsync(bmc.EndPoint, 17, "dcmi", "power", "reading");
        Assert.Matches($@"Instantaneous power reading: +{reading.Now} Watts", theirs);
        Assert.Matches($@"Minimum during sampling period: +{reading.Least} Watts", theirs);
        Assert.Matches($@"Maximum during sampling period: +{reading.Most} Watts", theirs);
        Assert.Matches($@"Average power reading over sample period: +{reading.Average} Watts", theirs);
    }

    [Fact]
    public async Task A_bmc_tells_who_it_is_and_what_it_cannot_do()
    {
        await using var bmc = await IpmiSimulator.StartAsync();
        using var socket = new IpmiSocket();
        await using var session = await Sessions.OpenAsync(socket, bmc.EndPoint);

        var id = await session.GetDeviceIdAsync(Cancel);
        var (_, theirs) = await Peers.IpmitoolAsync(bmc.EndPoint, 3, "mc", "info");
        Assert.Matches($@"Firmware Revision +: {id.FirmwareMajor}\.0?{id.FirmwareMinor:x}\b", theirs);
        Assert.Matches($@"Manufacturer ID +: {id.Manufacturer}\b", theirs);
        Assert.Matches($@"Product ID +: {id.Product}\b", theirs);
        Assert.Matches($@"IPMI Version +: {id.IpmiVersion}\b", theirs);

        Assert.True((await Assert.ThrowsAsync<IpmiException>(async () => await session.GetPowerReadingAsync(Cancel))).IsUnsupported);
        Assert.True(await session.GetChannelInfoAsync(1, Cancel) is { Number: 1, IsLan: true });
        Assert.Contains((byte)3, (await session.GetCipherSuitesAsync(1, Cancel)).Select(s => s.Id));
    }

    [Fact]
    public async Task The_guid_that_ipmitool_decodes_is_the_one_we_recognise()
    {
        await using var bmc = await IpmiSimulator.StartAsync();
        using var socket = new IpmiSocket();
        await using var session = await Sessions.OpenAsync(socket, bmc.EndPoint);

        var guid = await session.GetSystemGuidAsync(Cancel);

        var (_, theirs) = await Peers.IpmitoolAsync(bmc.EndPoint, 3, "mc", "guid");
        var decoded = Guid.Parse(Regex.Match(theirs, @"System GUID +: ([0-9a-f-]{36})").Groups[1].Value);
        Assert.True(guid.Matches(decoded));
        Assert.Contains(decoded, new[] { guid.AsIpmi, guid.AsSmbios, guid.AsRfc4122 });
        Assert.Equal(guid.Bytes.ToArray(), session.BmcGuid.ToArray());
    }

    [Fact]
    public async Task Users_are_made_as_ipmitool_lists_them_and_can_log_in()
    {
        await using var bmc = await IpmiSimulator.StartAsync();
        using var socket = new IpmiSocket();
        await using var session = await Sessions.OpenAsync(socket, bmc.EndPoint);

        Assert.Equal(["", "admin", "operator", "viewer"], (await session.ListUsersAsync(1, Cancel)).Take(4).Select(u => u.Name));

        await session.SetUserNameAsync(7, "rackboot", Cancel);
        await session.SetPasswordAsync(7, "a new password"u8.ToArray(), null, Cancel);
        await session.SetUserAccessAsync(1, 7, new UserAccess { Limit = PrivilegeLimit.Administrator, IpmiMessaging = true }, Cancel);
        await session.EnableUserAsync(7, enabled: true, Cancel);

        var made = (await session.ListUsersAsync(1, Cancel)).Single(u => u.Id == 7);
        Assert.Equal(("rackboot", PrivilegeLimit.Administrator), (made.Name, made.Access.Limit));
        Assert.Matches(
            @"(?m)^7 +rackboot +\S+ +\S+ +true +ADMINISTRATOR", (await Peers.IpmitoolAsync(bmc.EndPoint, 3, "user", "list", "1")).Text);
        Assert.Equal(PasswordMatch.Matches, await session.TestPasswordAsync(7, "a new password"u8.ToArray(), null, Cancel));

        // ipmi_sim says so of any password, to ipmitool too: a login is the proof.
        var wrong = await Assert.ThrowsAsync<IpmiException>(
            () => Sessions.OpenAsync(socket, bmc.EndPoint, credential: Sessions.Credential("rackboot", "another one")));
        Assert.Equal(IpmiFailure.WrongCredential, wrong.Failure);
        await using var own = await Sessions.OpenAsync(socket, bmc.EndPoint, credential: Sessions.Credential("rackboot", "a new password"));
        Assert.False((await own.GetChassisStatusAsync(Cancel)).IsOn);
    }

    [Fact]
    public async Task The_bmcs_network_is_what_ipmitool_prints()
    {
        await using var bmc = await IpmiSimulator.StartAsync();
        using var socket = new IpmiSocket();
        await using var session = await Sessions.OpenAsync(socket, bmc.EndPoint);

        var lan = await session.GetLanConfigurationAsync(1, Cancel);

        var (_, theirs) = await Peers.IpmitoolAsync(bmc.EndPoint, 3, "lan", "print", "1");
        Assert.Matches($@"IP Address +: {lan.Address}", theirs);
        Assert.Matches($@"Subnet Mask +: {lan.Mask}", theirs);
        Assert.Matches($@"Default Gateway IP +: {lan.Gateway}", theirs);
        Assert.Matches($@"(?i)MAC Address +: {string.Join(':', lan.Mac!.GetAddressBytes().Select(b => $"{b:x2}"))}", theirs);
        Assert.Null(lan.Vlan);

        var access = await session.GetChannelAccessAsync(1, Cancel);
        Assert.Equal((ChannelAccessMode.AlwaysAvailable, PrivilegeLimit.Administrator), (access.Mode, access.PrivilegeLimit));
    }

    private static async Task<string> FreeipmiAsync(IpmiSimulator bmc, string program, params string[] more)
    {
        string[] arguments = ["-h", bmc.EndPoint.ToString(), "-u", "admin", "-p", IpmiSimulator.Password, "-D", "LAN_2_0", "-I", "3", "-W",
            "opensesspriv", .. more];
        var (code, text) = await Peers.RunAsync($"/usr/sbin/{program}", arguments);
        Assert.True(code == 0, text);
        return text;
    }

    private static async Task<List<SelRecord>> LogAsync(IIpmiChannel channel, ushort? after = null)
    {
        var log = new List<SelRecord>();
        await foreach (var record in channel.ReadEventLogAsync(after, 1000, Cancel))
            log.Add(record);
        return log;
    }

    // "CPU1 Temp | 45.000 | degrees C | ok | 2.000 | ...": reading, unit, state, then the thresholds from the lowest to the highest.
    private static async Task<List<string[]>> TableAsync(IPEndPoint bmc)
    {
        var (code, text) = await Peers.IpmitoolAsync(bmc, 3, "sensor");
        Assert.Equal(0, code);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('|', StringSplitOptions.TrimEntries))];
    }

    // ipmitool prints three digits behind the point, of numbers up to 10 to the 26th.
    private static void AssertSame(string printed, double? ours)
    {
        Assert.NotNull(ours);
        Assert.Equal(double.Parse(printed, CultureInfo.InvariantCulture), ours.Value, Math.Max(0.00051, Math.Abs(ours.Value) * 1e-12));
    }
}
