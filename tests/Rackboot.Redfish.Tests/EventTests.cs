using System.Text;
using Rackboot.Redfish.Tests.Server;

namespace Rackboot.Redfish.Tests;

/// <summary>Events as they happen.</summary>
public sealed class EventTests
{
    private readonly HurryingClock _clock = new();

    [Fact]
    public async Task Events_are_told_and_what_is_not_JSON_is_passed_over()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        var found = new List<RedfishEvent>();
        await foreach (var e in client.Events.FollowAsync())
            found.Add(e);
        Assert.Equal(["Fan 3 is broken.", "Power is off.", "Power is on."], found.Select(e => e.Message));
        Assert.Equal(("Critical", "/redfish/v1/Chassis/1/Thermal"), (found[0].Severity, found[0].Origin));
    }

    [Fact]
    public async Task Without_a_stream_it_is_said_what_to_do_instead()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        await using var client = server.Client();
        Assert.False(await client.Events.IsOfferedAsync());
        await using var events = client.Events.FollowAsync().GetAsyncEnumerator();
        var error = await Assert.ThrowsAsync<RedfishException>(async () => await events.MoveNextAsync());
        Assert.Contains("poll its log", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_breaks_off_is_an_error()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.Before = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/SSE", StringComparison.Ordinal))
                return false;
            await Misbehaviour.HalfAnAnswer(context);
            return true;
        };
        await using var client = server.Client();
        await using var events = client.Events.FollowAsync().GetAsyncEnumerator();
        var error = await Assert.ThrowsAsync<RedfishException>(async () => await events.MoveNextAsync());
        Assert.Equal(RedfishFailure.BadAnswer, error.Failure);
    }

    [Fact]
    public async Task An_event_without_end_is_not_kept()
    {
        using var stream = new MemoryStream(Encoding.ASCII.GetBytes("data: " + new string('x', 5000)));
        await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await foreach (var _ in EventLines.ReadAsync(stream, 1000, default))
                Assert.Fail("an event came of it");
        });
    }

    [Theory]
    [InlineData("data: a\n\n", "a\n")]
    [InlineData("data:a\r\ndata:b\r\n\r\n", "a\nb\n")]
    [InlineData(": comment\nevent: x\nid: 1\ndata: a\n\n\n\ndata: b\n\n", "a\n|b\n")]
    [InlineData("data: never ended", "")]
    public async Task Lines_become_events_as_the_standard_says(string text, string expected)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var found = new List<string>();
        await foreach (var data in EventLines.ReadAsync(stream, 1000, default))
            found.Add(Encoding.UTF8.GetString(data));
        Assert.Equal(expected, string.Join('|', found));
    }
}
