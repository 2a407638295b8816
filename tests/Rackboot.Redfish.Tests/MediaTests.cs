using Rackboot.Redfish.Tests.Server;

namespace Rackboot.Redfish.Tests;

/// <summary>Virtual media.</summary>
public sealed class MediaTests
{
    private static readonly Uri Image = new("http://10.0.0.1/media/boot.iso");
    private readonly HurryingClock _clock = new();

    [Fact]
    public async Task An_image_goes_into_the_slot_of_its_type_and_is_seen_there()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        var slot = await client.Media.InsertAsync(Image);
        Assert.Equal(("cd", true, Image.AbsoluteUri), (slot.Id, slot.Inserted, slot.Image));
        Assert.Equal("usb", (await client.Media.InsertAsync(Image, "USBStick")).Id);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("WriteProtected", 2)]
    [InlineData("WriteProtected,Inserted", 3)]
    public async Task What_a_service_refuses_in_the_request_is_left_out(string refused, int requests)
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.RefusedMediaProperties.UnionWith(refused.Split(','));
        await using var client = server.Client();
        Assert.True((await client.Media.InsertAsync(Image)).Inserted);
        Assert.Equal(requests, server.Sent("POST", "InsertMedia").Count);
    }

    [Fact]
    public async Task Without_an_action_the_slot_itself_is_written()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        await using var client = server.Client();
        Assert.True((await client.Media.InsertAsync(Image)).Inserted);
        Assert.NotEmpty(server.Sent("PATCH", "VirtualMedia"));
    }

    [Fact]
    public async Task A_vendors_slots_that_take_no_URL_are_passed_over()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        server.Resources["/redfish/v1"]!["Vendor"] = "Lenovo";
        await using var client = server.Client();
        Assert.Equal([("RDOC1", false), ("USB1", true)], (await client.Media.ListAsync()).Select(s => (s.Id, s.IsUsable)));
        Assert.Equal("USB1", (await client.Media.InsertAsync(Image)).Id);
    }

    [Fact]
    public async Task An_image_that_is_there_already_is_left()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        await client.Media.InsertAsync(Image);
        await client.Media.InsertAsync(Image);
        Assert.Single(server.Sent("POST", "InsertMedia"));
    }

    [Fact]
    public async Task A_slot_in_use_is_an_error_that_says_what_to_do()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        await client.Media.InsertAsync(new Uri("http://10.0.0.1/other.iso"));
        var error = await Assert.ThrowsAsync<RedfishException>(() => client.Media.InsertAsync(Image));
        Assert.Contains("in use (cd); eject one first", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ejecting_waits_until_the_slot_is_empty()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        var slot = await client.Media.EjectAsync(await client.Media.InsertAsync(Image));
        Assert.False(slot.Inserted);
        Assert.Equal("{}", Assert.Single(server.Sent("POST", "EjectMedia")).Body);
    }

    [Fact]
    public async Task An_image_that_never_shows_is_an_error()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.MediaDelay = TimeSpan.FromHours(1);
        await using var client = server.Client();
        var error = await Assert.ThrowsAsync<RedfishException>(() => client.Media.InsertAsync(Image));
        Assert.Contains("check that the BMC can reach its URL", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NotConnected", true, "http://10.0.0.1/old.iso", false)]
    [InlineData("NotConnected", null, "http://10.0.0.1/old.iso", false)]
    [InlineData("URI", false, "", false)]
    [InlineData("URI", null, "", false)]
    [InlineData("URI", true, "http://10.0.0.1/old.iso", true)]
    [InlineData(null, null, "http://10.0.0.1/old.iso", true)]
    [InlineData(null, true, null, true)]
    public async Task A_slot_is_empty_when_one_of_its_signs_says_so(string? via, bool? flag, string? image, bool inserted)
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        var slot = server.Resources["/redfish/v1/Systems/one/VirtualMedia/cd"]!;
        (slot["ConnectedVia"], slot["Inserted"], slot["Image"]) = (via, flag, image);
        await using var client = server.Client();
        Assert.Equal(inserted, (await client.Media.ListAsync()).Single(s => s.Id == "cd").Inserted);
    }
}
