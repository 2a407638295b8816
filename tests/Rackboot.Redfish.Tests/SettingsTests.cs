using Rackboot.Redfish.Tests.Server;

namespace Rackboot.Redfish.Tests;

/// <summary>BIOS attributes and Secure Boot.</summary>
public sealed class SettingsTests
{
    private readonly HurryingClock _clock = new();

    [Fact]
    public async Task BIOS_attributes_are_staged_in_their_own_type_and_taken_over_by_the_next_start()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        var staged = await client.Bios.StageAsync(
            new Dictionary<string, string> { ["BootMode"] = "Legacy", ["Cores"] = "8", ["Watchdog"] = "true" });
        Assert.Equal(["BootMode", "Cores", "Watchdog"], staged.Pending.Keys.Order());
        Assert.Contains("\"Cores\":8,\"Watchdog\":true", server.Sent("PATCH", "Bios/Settings")[0].Body, StringComparison.Ordinal);
        await client.Power.SetAsync(RedfishPowerAction.On);
        var after = await client.Bios.ReadAsync();
        Assert.Equal("8", after.Attributes["Cores"]);
        Assert.Empty(after.Pending);
        Assert.Null(after.Attributes["AdminPassword"]);
    }

    [Theory]
    [InlineData("Coers", "8", "the BIOS has no attribute Coers")]
    [InlineData("Cores", "many", "Cores is a number")]
    [InlineData("Watchdog", "1", "Watchdog is true or false")]
    public async Task A_BIOS_value_that_cannot_be_is_not_sent(string name, string value, string words)
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        var error = await Assert.ThrowsAsync<RedfishException>(
            () => client.Bios.StageAsync(new Dictionary<string, string> { [name] = value }));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Sent("PATCH"));
    }

    [Fact]
    public async Task A_vendor_that_needs_an_apply_time_gets_one()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Resources["/redfish/v1"]!["Vendor"] = "Dell";
        await using var client = server.Client();
        await client.Bios.StageAsync(new Dictionary<string, string> { ["Cores"] = "8" });
        Assert.Equal("OnReset", (string?)server.Sent("PATCH", "Bios/Settings")[0].Json["@Redfish.SettingsApplyTime"]!["ApplyTime"]);
    }

    [Fact]
    public async Task Where_Boot_has_no_URL_a_vendors_BIOS_attribute_takes_it()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Resources["/redfish/v1"]!["Vendor"] = "HPE";
        server.Resources["/redfish/v1/Systems/one"]!["Boot"]!.AsObject().Remove("HttpBootUri");
        server.Resources["/redfish/v1/Systems/one/Bios"]!["Attributes"]!["UrlBootFile"] = "";
        await using var client = server.Client();
        await client.Boot.SetAsync(
            new(RedfishBootTarget.UefiHttp, RedfishBootDuration.Once, HttpBootUri: new Uri("http://10.0.0.1/ipxe.efi")));
        Assert.Equal("http://10.0.0.1/ipxe.efi", (await client.Bios.ReadAsync()).Pending["UrlBootFile"]);
    }

    [Fact]
    public async Task Secure_Boot_is_read_turned_on_and_its_keys_are_reset()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        var state = await client.SecureBoot.ReadAsync();
        Assert.Equal((false, false, "SetupMode"), (state.Enabled, state.EnabledInCurrentBoot, state.Mode));
        await client.SecureBoot.SetAsync(true);
        await client.SecureBoot.ResetKeysAsync(RedfishKeyReset.ResetAllKeysToDefault);
        state = await client.SecureBoot.ReadAsync();
        Assert.Equal((true, "UserMode"), (state.Enabled, state.Mode));
    }

    [Fact]
    public async Task A_key_reset_that_is_not_offered_is_not_sent()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        var resetKeys = server.Resources["/redfish/v1/Systems/one/SecureBoot"]!["Actions"]!["#SecureBoot.ResetKeys"]!;
        resetKeys["ResetKeysType@Redfish.AllowableValues"] =
            new System.Text.Json.Nodes.JsonArray("ResetAllKeysToDefault");
        await using var client = server.Client();
        var error = await Assert.ThrowsAsync<RedfishException>(() => client.SecureBoot.ResetKeysAsync(RedfishKeyReset.DeletePK));
        Assert.Equal(RedfishFailure.NotSupported, error.Failure);
        Assert.Empty(server.Sent("POST", "ResetKeys"));
    }
}
