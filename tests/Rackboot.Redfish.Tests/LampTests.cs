using System.Text.Json.Nodes;
using Rackboot.Redfish.Tests.Server;

namespace Rackboot.Redfish.Tests;

/// <summary>The lamp by which a person finds the machine.</summary>
public sealed class LampTests
{
    private const string System = "/redfish/v1/Systems/one";
    private const string Chassis = "/redfish/v1/Chassis/box";

    private readonly HurryingClock _clock = new();

    [Fact]
    public async Task The_newer_property_goes_before_the_older_one()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        (server.Resources[System]!["LocationIndicatorActive"], server.Resources[System]!["IndicatorLED"]) = (false, "Off");
        await using var client = server.Client();
        await client.Lamp.SetAsync(lit: true);
        Assert.True((bool)server.Resources[System]!["LocationIndicatorActive"]!);
        Assert.Equal("Off", (string?)server.Resources[System]!["IndicatorLED"]);
        await client.Lamp.SetAsync(lit: false);
        Assert.False((bool)server.Resources[System]!["LocationIndicatorActive"]!);
    }

    [Theory]
    [InlineData(null, "Blinking")]
    [InlineData("Lit,Off", "Lit")]
    [InlineData("Lit,Blinking,Off", "Blinking")]
    public async Task The_older_property_gets_a_word_that_the_service_allows(string? allowed, string word)
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        var resource = server.Resources[Chassis]!;
        resource["IndicatorLED"] = "Off";
        if (allowed is not null)
            resource["IndicatorLED@Redfish.AllowableValues"] = new JsonArray([.. allowed.Split(',').Select(w => JsonValue.Create(w))]);
        await using var client = server.Client();
        await client.Lamp.SetAsync(lit: true);
        Assert.Equal(word, (string?)server.Resources[Chassis]!["IndicatorLED"]);
        await client.Lamp.SetAsync(lit: false);
        Assert.Equal("Off", (string?)server.Resources[Chassis]!["IndicatorLED"]);
    }

    [Fact]
    public async Task A_machine_without_a_lamp_is_said_to_have_none()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        var error = await Assert.ThrowsAsync<RedfishException>(() => client.Lamp.SetAsync(lit: true));
        Assert.Equal(RedfishFailure.NotSupported, error.Failure);
        Assert.Contains("no identify LED over Redfish", error.Message, StringComparison.Ordinal);
    }
}
