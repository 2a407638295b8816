using Rackboot.Redfish.Tests.Server;

namespace Rackboot.Redfish.Tests;

/// <summary>Firmware, and tasks that take their time.</summary>
public sealed class FirmwareTests
{
    private static readonly Uri Image = new("https://10.0.0.1/bmc.bin");
    private readonly HurryingClock _clock = new();

    [Fact]
    public async Task The_inventory_has_versions()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        Assert.Equal([("BMC", "0.9"), ("BIOS", "1.2.3")], (await client.Firmware.ReadAsync()).Select(f => (f.Id, f.Version)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_update_is_followed_to_its_end(bool locationIsTheTask)
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.LocationIsTheTask = locationIsTheTask;
        await using var client = server.Client();
        var seen = new Steps();
        var end = await client.Firmware.PullAsync(Image, progress: seen);
        Assert.Equal(("Completed", 100), (end.State, end.Percent));
        Assert.Equal([0, 25, 50, 75, 100], seen.Percents);
        Assert.Equal([Image.AbsoluteUri], server.Updates.Updates);
        Assert.Equal("HTTPS", (string?)server.Sent("POST", "SimpleUpdate")[0].Json["TransferProtocol"]);
    }

    [Fact]
    public async Task An_update_that_fails_says_what_the_service_said()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.TaskFails = true;
        await using var client = server.Client();
        var error = await Assert.ThrowsAsync<RedfishException>(() => client.Firmware.PullAsync(Image));
        Assert.Equal(RedfishFailure.Refused, error.Failure);
        Assert.Contains("Verification of image at target BMC failed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_update_that_never_ends_is_given_up()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        var error = await Assert.ThrowsAsync<RedfishException>(() => client.Firmware.PullAsync(Image, limit: TimeSpan.FromSeconds(3)));
        Assert.Equal(RedfishFailure.Busy, error.Failure);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_BMC_that_restarts_during_its_update_is_waited_for(int? status)
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        var away = 4;
        server.Mood.Before = async context =>
        {
            if (server.Updates.Updates.Count == 0 || away-- <= 0)
                return false;
            server.Accounts.ForgetSessions();
            if (status is { } s)
                await Misbehaviour.Status(s)(context);
            else
                context.Abort();
            return true;
        };
        await using var client = server.Client();
        Assert.Equal("Completed", (await client.Firmware.PullAsync(Image)).State);
    }

    [Fact]
    public async Task A_monitor_that_is_gone_when_the_task_has_ended_is_no_error()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.Before = async context =>
        {
            if (!context.Request.Path.Value!.Contains("Monitor", StringComparison.Ordinal))
                return false;
            await Misbehaviour.Status(404)(context);
            return true;
        };
        await using var client = server.Client();
        Assert.Equal("Completed", (await client.Firmware.PullAsync(Image)).State);
    }

    [Fact]
    public async Task A_file_is_sent_as_multipart_with_its_targets()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        await client.Firmware.PushAsync(
            () => new MemoryStream(new byte[100_000]), "bmc.bin", ["/redfish/v1/UpdateService/FirmwareInventory/BMC"]);
        var sent = Assert.Single(server.Sent("POST", "upload")).Body;
        Assert.Contains("name=\"UpdateParameters\"", sent, StringComparison.Ordinal);
        Assert.Contains("{\"Targets\":[\"/redfish/v1/UpdateService/FirmwareInventory/BMC\"]}", sent, StringComparison.Ordinal);
        Assert.Contains("name=\"UpdateFile\"; filename=\"bmc.bin\"", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_sent_as_it_is_where_multipart_is_not_offered()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        await using var client = server.Client();
        await client.Firmware.PushAsync(() => new MemoryStream(new byte[100_000]), "gpu.bin");
        Assert.Equal(["100000 bytes"], server.Updates.Updates);
    }

    [Theory]
    [InlineData("HPE", false)]
    [InlineData("Dell", false)]
    [InlineData("Dell", true)]
    public async Task A_file_is_not_sent_as_it_is_to_a_BMC_that_wants_a_form_of_its_own(string vendor, bool multipart)
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Resources["/redfish/v1"]!["Vendor"] = vendor;
        var service = server.Resources["/redfish/v1/UpdateService"]!;
        service["HttpPushUri"] = "/cgi-bin/upload";
        service["MultipartHttpPushUri"] = multipart ? "/redfish/v1/UpdateService/upload" : null;
        await using var client = server.Client();
        var sent = () => client.Firmware.PushAsync(() => new MemoryStream(new byte[4096]), "bmc.bin");
        if (multipart)
            Assert.Equal("Completed", (await sent()).State);
        else
            Assert.Equal(RedfishFailure.NotSupported, (await Assert.ThrowsAsync<RedfishException>(sent)).Failure);
        Assert.Empty(server.Sent("POST", "/cgi-bin/upload"));
    }

    [Fact]
    public async Task A_file_is_opened_again_when_the_service_was_busy()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        var busy = 1;
        server.Mood.Before = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/update", StringComparison.Ordinal) || busy-- <= 0)
                return false;
            await Misbehaviour.Status(503, "5")(context);
            return true;
        };
        await using var client = server.Client();
        var opened = 0;
        await client.Firmware.PushAsync(
            () =>
            {
                opened++;
                return new MemoryStream(new byte[1000]);
            },
            "gpu.bin");
        Assert.Equal(2, opened);
        Assert.Equal(["1000 bytes"], server.Updates.Updates);
    }

    private sealed class Steps : IProgress<RedfishTaskProgress>
    {
        public List<int?> Percents { get; } = [];

        public void Report(RedfishTaskProgress value) => Percents.Add(value.Percent);
    }
}
