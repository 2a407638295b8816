using Rackboot.Redfish.Tests.Server;

namespace Rackboot.Redfish.Tests;

/// <summary>ETags: every form of If-Match that some service insists on.</summary>
public sealed class WriteTests
{
    private static readonly RedfishBootOverride PxeOnce = new(RedfishBootTarget.Pxe, RedfishBootDuration.Once);
    private readonly HurryingClock _clock = new();

    [Theory]
    [InlineData(nameof(ServerMood.Etags.AsInTree), 1)]
    [InlineData(nameof(ServerMood.Etags.None), 1)]
    [InlineData(nameof(ServerMood.Etags.Strong), 1)]
    [InlineData(nameof(ServerMood.Etags.Required), 1)]
    [InlineData(nameof(ServerMood.Etags.WeakShownStrongWanted), 3)]
    [InlineData(nameof(ServerMood.Etags.OnlyAny), 4)]
    [InlineData(nameof(ServerMood.Etags.OnlyNone), 5)]
    public async Task A_write_finds_the_form_of_If_Match_that_is_wanted(string etags, int writes)
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.ETags = Enum.Parse<ServerMood.Etags>(etags);
        await using var client = server.Client();
        Assert.Equal(RedfishBootTarget.Pxe, (await client.Boot.SetAsync(PxeOnce)).Override.Target);
        Assert.Equal(writes, server.Sent("PATCH").Count);
    }

    [Fact]
    public async Task A_resource_that_changed_meanwhile_is_read_again_for_its_new_ETag()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.ETags = ServerMood.Etags.Required;
        var once = true;
        server.Mood.Before = context =>
        {
            if (context.Request.Method == "PATCH" && once)
            {
                once = false;
                server.Resources.Changed(context.Request.Path!);
            }

            return Task.FromResult(false);
        };
        await using var client = server.Client();
        Assert.Equal(RedfishBootTarget.Pxe, (await client.Boot.SetAsync(PxeOnce)).Override.Target);
    }

    [Fact]
    public async Task A_service_that_takes_no_form_is_an_error()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.Before = async context =>
        {
            if (context.Request.Method != "PATCH")
                return false;
            await Misbehaviour.Status(412)(context);
            return true;
        };
        await using var client = server.Client();
        var error = await Assert.ThrowsAsync<RedfishException>(() => client.Boot.SetAsync(PxeOnce));
        Assert.Equal(RedfishFailure.Refused, error.Failure);
        Assert.Contains("accepts no form of the resource's ETag", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "*")]
    [InlineData("\"a\"", "\"a\" * ")]
    [InlineData("W/\"a\"", "W/\"a\" \"a\" * ")]
    public void The_forms_of_an_ETag_go_from_the_given_one_to_none(string? etag, string forms) =>
        Assert.Equal(forms, string.Join(' ', VendorQuirks.IfMatchForms(etag)));
}
