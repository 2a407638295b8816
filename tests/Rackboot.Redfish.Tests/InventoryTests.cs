using System.Text.Json.Nodes;
using Rackboot.Redfish.Tests.Server;

namespace Rackboot.Redfish.Tests;

/// <summary>Sensors, hardware, logs.</summary>
public sealed class InventoryTests
{
    private readonly HurryingClock _clock = new();

    [Fact]
    public async Task New_sensors_are_read_with_units_thresholds_and_health()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        var report = await client.Sensors.ReadAsync();
        Assert.Equal(
            [
                new("CPU temperature", RedfishSensorKind.Temperature, 48.5, "Cel", "OK", null, 95, "box"),
                new("Fan 1", RedfishSensorKind.Fan, 9600, "RPM", "OK", 1200, null, "box"),
                new("PSU input", RedfishSensorKind.Voltage, 230, "V", "Warning", null, null, "box"),
            ],
            report.Sensors);
        Assert.Equal(312.5, report.PowerConsumedWatts);
    }

    [Fact]
    public async Task Old_sensors_of_Thermal_and_Power_are_read_beside_new_ones_of_another_chassis()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        await using var client = server.Client();
        var report = await client.Sensors.ReadAsync();
        Assert.Equal(
            [
                new("Inlet", RedfishSensorKind.Temperature, 24, "Cel", "OK", null, 45, "Tray"),
                new("Fan 1", RedfishSensorKind.Fan, 62, "%", "OK", null, null, "Tray"),
                new("Fan 2", RedfishSensorKind.Fan, 4100, "RPM", "Critical", null, null, "Tray"),
                new("12V", RedfishSensorKind.Voltage, 12.1, "V", "OK", null, null, "Tray"),
                new("PSU 1", RedfishSensorKind.Power, 760, "W", "OK", null, null, "Tray"),
                new("GPU 0 temperature", RedfishSensorKind.Temperature, 61, "Cel", "OK", null, null, "Gpu_0"),
            ],
            report.Sensors);
        Assert.Equal(1480, report.PowerConsumedWatts);
    }

    [Theory]
    [InlineData("""{"PowerInputWatts": 210, "PowerOutputWatts": 190, "LastPowerOutputWatts": 600}""", 210.0)]
    [InlineData("""{"PowerOutputWatts": 190, "LastPowerOutputWatts": 600}""", 190.0)]
    [InlineData("""{"LastPowerOutputWatts": 185, "PowerCapacityWatts": 800}""", 185.0)]
    [InlineData("""{"LastPowerOutputWatts": 800, "PowerCapacityWatts": 800}""", null)] // not what it gives, but what it could
    public async Task A_power_supply_shows_what_it_measures_now(string supply, double? expected)
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        server.Resources["/redfish/v1/Chassis/Tray/Power"]!["PowerSupplies"] = new JsonArray(JsonNode.Parse(supply));
        await using var client = server.Client();
        Assert.Equal(expected, (await client.Sensors.ReadAsync()).Sensors.Single(s => s.Kind == RedfishSensorKind.Power).Value);
    }

    [Fact]
    public async Task Accelerators_of_a_tray_are_found_with_their_health()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        await using var client = server.Client();
        Assert.Equal(
            [("GPU0", "GPU", 81920L, "OK"), ("GPU1", "GPU", 81920L, "Critical")],
            (await client.Hardware.AcceleratorsAsync()).Select(a => (a.SerialNumber!, a.Kind, a.MemoryMiB!.Value, a.Health!)));
    }

    [Fact]
    public async Task Accelerators_that_are_only_PCIe_devices_are_found_by_their_class()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        Assert.Equal(
            [("FPGA 0", "FPGA", "Warning"), ("Accelerator card", "Accelerator", "OK")],
            (await client.Hardware.AcceleratorsAsync()).Select(a => (a.Name!, a.Kind, a.Health!)));
    }

    [Theory]
    [InlineData("0x1A03", 1)]
    [InlineData("1A03", 1)]
    [InlineData("6659", 1)] // in decimal
    [InlineData("0x10de", 2)]
    [InlineData("10de", 2)]
    [InlineData("4318", 2)]
    public async Task The_display_of_the_BMC_is_no_GPU(string vendor, int accelerators)
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        var function = server.Resources["/redfish/v1/Chassis/box/PCIeDevices/gpu/PCIeFunctions/0"]!;
        (function["DeviceClass"], function["VendorId"]) = ("DisplayController", vendor);
        await using var client = server.Client();
        Assert.Equal(accelerators, (await client.Hardware.AcceleratorsAsync()).Count);
    }

    [Fact]
    public async Task Memory_drives_ports_and_cards_are_read_and_empty_places_left_out()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        Assert.Equal(32768, (await client.Hardware.MemoryAsync()).Sum(m => m.CapacityMiB));
        var drive = Assert.Single(await client.Hardware.DrivesAsync());
        Assert.Equal(("DISK0", 960197124096, "SSD", "NVMe"), (drive.SerialNumber, drive.CapacityBytes, drive.MediaType, drive.Protocol));
        Assert.Equal((97.0, false), (drive.LifeLeftPercent, drive.FailurePredicted));
        Assert.Equal([("02:52:42:00:00:01", true), ("02:52:42:00:00:02", false)],
            (await client.Hardware.EthernetPortsAsync()).Select(p => (p.MacAddress!, p.LinkUp!.Value)));
        Assert.Equal(("N-2", "22.1", "02:52:42:00:00:01"),
            (await client.Hardware.NetworkAdaptersAsync()).Select(a => (a.Model, a.FirmwareVersion, a.MacAddresses[0])).Single());
        var cpu = (await client.Hardware.ProcessorsAsync())[0];
        Assert.Equal(("CPU", 16, 32, 3000.0), (cpu.Type, cpu.Cores, cpu.Threads, cpu.MaxSpeedMHz));
    }

    [Fact]
    public async Task Drives_of_the_old_SimpleStorage_are_read_where_there_is_no_other()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        await using var client = server.Client();
        Assert.Equal("Disk A", Assert.Single(await client.Hardware.DrivesAsync()).Name);
    }

    [Theory]
    [InlineData("OK", "OK", "OK")]
    [InlineData("OK", "Critical", "Critical")]
    [InlineData("Warning", "OK", "Warning")]
    [InlineData(null, "Warning", "Warning")]
    [InlineData("Degraded", null, "Degraded")]
    [InlineData(null, null, null)]
    public async Task Health_is_the_worse_of_ones_own_and_of_ones_parts(string? own, string? rollup, string? expected)
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        var status = server.Resources["/redfish/v1/Systems/one"]!["Status"]!;
        (status["Health"], status["HealthRollup"]) = (own, rollup);
        await using var client = server.Client();
        Assert.Equal(expected, (await client.Power.ReadAsync()).Health);
    }

    [Fact]
    public async Task One_broken_part_does_not_hide_the_others()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        server.Mood.Before = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/GPU_0", StringComparison.Ordinal))
                return false;
            await Misbehaviour.Status(500)(context);
            return true;
        };
        await using var client = server.Client();
        Assert.Equal(["GPU_1", "CPU_0"], (await client.Hardware.ProcessorsAsync()).Select(p => p.Id));
    }

    [Theory]
    [InlineData("S1", "S1", 3)] // listed twice
    [InlineData("S1", null, 3)] // listed twice, the tray not knowing its serial number
    [InlineData(null, null, 3)]
    [InlineData("S1", "S2", 4)] // another part in a socket of the same name
    public async Task A_part_of_the_host_that_a_tray_lists_once_more_is_counted_once(string? host, string? tray, int count)
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        var cpu = server.Resources["/redfish/v1/Systems/Host_0/Processors/CPU_0"]!;
        (cpu["Socket"], cpu["SerialNumber"]) = ("P0", host);
        var again = cpu.DeepClone().AsObject();
        (again["Id"], again["SerialNumber"]) = ("TRAY_CPU_0", tray);
        server.Resources.Put("/redfish/v1/Systems/Baseboard_0/Processors/TRAY_CPU_0", again);
        server.Resources["/redfish/v1/Systems/Baseboard_0/Processors"]!["Members"]!.AsArray()
            .Add(new JsonObject { ["@odata.id"] = "/redfish/v1/Systems/Baseboard_0/Processors/TRAY_CPU_0" });
        await using var client = server.Client();
        var found = await client.Hardware.ProcessorsAsync();
        Assert.Equal(count, found.Count);
        Assert.Contains(found, p => p.Id == "CPU_0");
    }

    [Theory]
    [InlineData("MODULE-1")] // of the module that both are on
    [InlineData("00000000000000")]
    public async Task Parts_of_one_system_that_show_the_same_serial_number_are_all_counted(string serial)
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        foreach (var gpu in new[] { "GPU_0", "GPU_1" })
            server.Resources[$"/redfish/v1/Systems/Baseboard_0/Processors/{gpu}"]!["SerialNumber"] = serial;
        await using var client = server.Client();
        Assert.Equal(["GPU_0", "GPU_1", "CPU_0"], (await client.Hardware.ProcessorsAsync()).Select(p => p.Id));
        Assert.Equal(2, (await client.Hardware.AcceleratorsAsync()).Count);
    }

    [Fact]
    public async Task The_event_log_is_found_read_newest_first_and_cleared()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        var log = Assert.Single(await client.Logs.ListAsync());
        Assert.True(log is { Id: "SEL", CanClear: true, IsEventLog: true });
        var entries = await client.Logs.ReadAsync(log, 3);
        Assert.Equal(["7", "6", "5"], entries.Select(e => e.Id));
        Assert.Equal("Event 7", entries[0].Message); // its control character is gone
        await client.Logs.ClearAsync(log);
        Assert.Empty(await client.Logs.ReadAsync(log));
    }

    [Fact]
    public async Task A_log_that_cannot_be_cleared_says_so()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        await using var client = server.Client();
        var log = Assert.Single(await client.Logs.ListAsync());
        Assert.False(log.CanClear || log.IsEventLog);
        Assert.Equal("Started", Assert.Single(await client.Logs.ReadAsync(log)).Message);
        Assert.Equal(RedfishFailure.NotSupported, (await Assert.ThrowsAsync<RedfishException>(() => client.Logs.ClearAsync(log))).Failure);
    }
}
