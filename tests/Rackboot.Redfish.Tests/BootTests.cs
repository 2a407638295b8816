using Rackboot.Redfish.Tests.Server;

namespace Rackboot.Redfish.Tests;

/// <summary>What a machine is told to boot.</summary>
public sealed class BootTests
{
    private static readonly RedfishBootOverride PxeOnce = new(RedfishBootTarget.Pxe, RedfishBootDuration.Once);
    private readonly HurryingClock _clock = new();

    [Theory]
    [InlineData(RedfishBootTarget.Pxe, RedfishBootDuration.Once)]
    [InlineData(RedfishBootTarget.Hdd, RedfishBootDuration.Continuous)]
    [InlineData(RedfishBootTarget.Cd, RedfishBootDuration.Once)]
    [InlineData(RedfishBootTarget.BiosSetup, RedfishBootDuration.Once)]
    public async Task An_override_is_set_and_read_back(RedfishBootTarget target, RedfishBootDuration duration)
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        var settings = await client.Boot.SetAsync(new RedfishBootOverride(target, duration));
        Assert.Equal((target, duration), (settings.Override.Target, settings.Override.Duration));
        Assert.Equal(settings.Override, (await client.Boot.ReadAsync()).Override);
    }

    [Fact]
    public async Task An_override_for_once_boots_once()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        await client.Boot.SetAsync(PxeOnce);
        await client.Power.SetAsync(RedfishPowerAction.On);
        Assert.Equal("Pxe", server.Machine.Booted);
        Assert.Equal(RedfishBootDuration.Disabled, (await client.Boot.ReadAsync()).Override.Duration);
    }

    [Fact]
    public async Task An_override_goes_where_the_settings_resource_holds_it()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        await using var client = server.Client();
        Assert.Equal(RedfishBootTarget.Pxe, (await client.Boot.SetAsync(PxeOnce)).Override.Target);
        Assert.EndsWith("/Host_0/Settings", Assert.Single(server.Sent("PATCH")).Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_mode_is_written_when_it_is_to_change_and_not_otherwise()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        await client.Boot.SetAsync(PxeOnce with { Mode = RedfishBootMode.Uefi });
        Assert.DoesNotContain("Mode", server.Sent("PATCH")[0].Body, StringComparison.Ordinal);
        await client.Boot.SetAsync(PxeOnce with { Mode = RedfishBootMode.Legacy });
        Assert.Contains("Legacy", server.Sent("PATCH")[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_demands_the_mode_gets_it_with_the_second_try()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.RequiredBootProperties.Add("BootSourceOverrideMode");
        await using var client = server.Client();
        Assert.Equal(RedfishBootTarget.Pxe, (await client.Boot.SetAsync(PxeOnce)).Override.Target);
        Assert.Equal(2, server.Sent("PATCH").Count);
    }

    [Fact]
    public async Task A_URL_for_HTTP_boot_is_written_and_read_back()
    {
        var uri = new Uri("http://10.0.0.1/ipxe.efi");
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        var settings =
            await client.Boot.SetAsync(new RedfishBootOverride(RedfishBootTarget.UefiHttp, RedfishBootDuration.Once, HttpBootUri: uri));
        Assert.Equal(uri, settings.Override.HttpBootUri);
    }

    [Fact]
    public async Task A_target_that_is_not_offered_is_an_error_that_names_what_is()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        await using var client = server.Client();
        var error = await Assert.ThrowsAsync<RedfishException>(
            () => client.Boot.SetAsync(new(RedfishBootTarget.UefiHttp, RedfishBootDuration.Once)));
        Assert.Equal(RedfishFailure.NotSupported, error.Failure);
        Assert.Contains("it supports: None, Pxe, Hdd, Cd", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Sent("PATCH"));
    }

    [Fact]
    public async Task A_lasting_override_where_only_once_is_offered_is_an_error_that_says_so()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        await using var client = server.Client();
        var error = await Assert.ThrowsAsync<RedfishException>(
            () => client.Boot.SetAsync(new(RedfishBootTarget.Pxe, RedfishBootDuration.Continuous)));
        Assert.Contains("set it Once before every boot", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Contoso", null, RedfishBootMode.Uefi)] // has one mode, and does not show it
    [InlineData("Supermicro", "UEFI", null)]
    [InlineData("Supermicro", null, null)]
    public async Task A_service_that_refuses_the_mode_gets_the_override_without_it(string vendor, string? now, RedfishBootMode? wanted)
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Resources["/redfish/v1"]!["Vendor"] = vendor;
        server.Resources["/redfish/v1/Systems/one"]!["Boot"]!["BootSourceOverrideMode"] = now;
        server.Mood.RefusedBootProperties.Add("BootSourceOverrideMode");
        await using var client = server.Client();
        var set = await client.Boot.SetAsync(PxeOnce with { Mode = wanted });
        Assert.Equal((RedfishBootTarget.Pxe, RedfishBootDuration.Once), (set.Override.Target, set.Override.Duration));
    }

    [Fact]
    public async Task A_change_of_the_mode_that_is_refused_is_an_error()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Resources["/redfish/v1/Systems/one"]!["Boot"]!["BootSourceOverrideMode"] = "Legacy";
        server.Mood.RefusedBootProperties.Add("BootSourceOverrideMode");
        await using var client = server.Client();
        var error = await Assert.ThrowsAsync<RedfishException>(() => client.Boot.SetAsync(PxeOnce with { Mode = RedfishBootMode.Uefi }));
        Assert.Equal(RedfishFailure.Refused, error.Failure);
    }

    [Fact]
    public async Task A_service_that_says_yes_and_forgets_is_found_out()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.LosesBootOverride = true;
        await using var client = server.Client();
        var error = await Assert.ThrowsAsync<RedfishException>(() => client.Boot.SetAsync(PxeOnce));
        Assert.Equal(RedfishFailure.Refused, error.Failure);
        Assert.Contains("the boot override is none, not Pxe Once", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_override_that_lasts_and_names_nothing_is_none()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Resources["/redfish/v1/Systems/one"]!["Boot"]!["BootSourceOverrideEnabled"] = "Continuous";
        await using var client = server.Client();
        Assert.Equal(RedfishBootDuration.Disabled, (await client.Boot.ReadAsync()).Override.Duration);
    }

    [Fact]
    public async Task An_override_is_taken_back()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        await client.Boot.SetAsync(PxeOnce);
        Assert.Equal(RedfishBootDuration.Disabled, (await client.Boot.SetAsync(RedfishBootOverride.None)).Override.Duration);
    }

    [Fact]
    public async Task An_override_that_waits_is_taken_back_though_the_system_shows_the_one_in_force_until_its_next_reset()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        var system = server.Resources["/redfish/v1/Systems/Host_0"]!;
        system["Boot"]!["BootSourceOverrideTarget"] = "Pxe";
        system["Boot"]!["BootSourceOverrideEnabled"] = "Once";
        await using var client = server.Client();
        Assert.Equal(RedfishBootTarget.Pxe, (await client.Boot.ReadAsync()).Override.Target);

        Assert.Equal(RedfishBootDuration.Disabled, (await client.Boot.SetAsync(RedfishBootOverride.None)).Override.Duration);
        Assert.Equal(RedfishBootDuration.Disabled, (await client.Boot.ReadAsync()).Override.Duration);
        Assert.Equal("Pxe", (string?)system["Boot"]!["BootSourceOverrideTarget"]);
        Assert.EndsWith("/Host_0/Settings", Assert.Single(server.Sent("PATCH")).Path, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vendors_own_words_for_a_target_are_known_both_ways()
    {
        var quirks = KnownVendors.OfSystem("Supermicro")!;
        Assert.Equal("UsbCd", BootWords.WordFor(RedfishBootTarget.Cd, ["Pxe", "Cd", "UsbCd"], quirks));
        Assert.Equal("CD/DVD", BootWords.WordFor(RedfishBootTarget.Cd, ["Pxe", "CD/DVD"], quirks));
        Assert.Equal(RedfishBootTarget.Cd, BootWords.TargetOf("UsbCd", quirks));
        Assert.Equal(RedfishBootTarget.Other, BootWords.TargetOf("UefiBootNext", quirks));
    }
}
