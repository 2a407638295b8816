using System.Text;
using System.Text.Json.Nodes;
using Rackboot.Core.Machines;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;
using Rackboot.Core.Power.Firmware;
using Rackboot.Redfish.Tests.Server;
using Machine = Rackboot.Core.Machines.Machine;

namespace Rackboot.Core.Tests.Power.Drivers;

/// <summary>A Redfish service over HTTPS that remembers what it is told.</summary>
public sealed class RedfishDriverTests : IAsyncDisposable
{
    private const string System = "/redfish/v1/Systems/one";
    private static readonly Uri Served = new("https://10.20.0.1/firmware/0/bmc.bin");

    private readonly PowerRack _rack = new(real: true);

    public ValueTask DisposeAsync() => _rack.DisposeAsync();

    [Fact]
    public async Task A_machine_is_switched_and_boots_once_from_the_network_as_the_bmc_reads_back()
    {
        await using var server = await StartAsync();
        var machine = await AddAsync(server);
        Assert.Equal(PowerState.Off, (await _rack.RunAsync(machine, PowerAction.Status)).State);
        var progress = new List<string>();
        Assert.Equal(PowerState.On, (await _rack.RunAsync(machine, PowerAction.On, BootTarget.Network, progress)).State);
        Assert.Contains(progress, p => p.StartsWith("boots once from network; the BMC reads back Pxe Once", StringComparison.Ordinal));
        await _rack.RunAsync(machine, PowerAction.Off);
        Assert.Equal(["On", "ForceOff"], server.Machine.Resets);
        var info = await _rack.Desk.ReportAsync(machine, (reports, cancel) => reports.InfoAsync(cancel), CancellationToken.None);
        Assert.Contains(info, f => f is { Part: "machine", Name: "power", Value: "off" });
        Assert.NotEmpty(await _rack.Desk.ReportAsync(machine, (reports, cancel) => reports.SensorsAsync(cancel), CancellationToken.None));
    }

    [Fact]
    public async Task A_boot_override_that_the_bmc_forgets_does_not_start_the_machine()
    {
        await using var server = await StartAsync();
        server.Mood.LosesBootOverride = true;
        var machine = await AddAsync(server);
        _rack.Desk.Settings = new PowerSettings { Call = TimeSpan.FromSeconds(4) };
        Assert.Equal(PowerFailure.Refused, (await _rack.FailureAsync(machine, PowerAction.On, BootTarget.Network)).Failure);
        Assert.Empty(server.Machine.Resets);
    }

    [Fact]
    public async Task The_first_certificate_is_believed_and_no_other_over_a_restart_too()
    {
        await using var server = await StartAsync();
        var machine = await AddAsync(server);
        await _rack.RunAsync(machine, PowerAction.Status);
        Assert.Contains("pinned the certificate of", Assert.Single(await _rack.EventsAsync("bmc.certificate")).Text,
            StringComparison.Ordinal);
        await using var impostor = await StartAsync();
        server.Certificate = impostor.Certificate;
        await _rack.RestartAsync();
        machine = _rack.Inventory.Fleet.Named("a")!;
        var failure = await _rack.FailureAsync(machine, PowerAction.Status);
        Assert.Equal(PowerFailure.Refused, failure.Failure);
        Assert.Contains(
            "If it was replaced on purpose, set bmc.pin of a", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_tried_twice_and_never_again()
    {
        await using var server = await StartAsync();
        var machine = await AddAsync(server, "hunter2");
        Assert.Equal(PowerFailure.WrongCredential, (await _rack.FailureAsync(machine, PowerAction.Status)).Failure);
        Assert.Equal(PowerFailure.WrongCredential, (await _rack.FailureAsync(machine, PowerAction.Status)).Failure);
        var asked = server.Seen.Count;
        var stopped = await _rack.FailureAsync(machine, PowerAction.Status);
        Assert.Equal((PowerFailure.Misconfigured, asked), (stopped.Failure, server.Seen.Count));
        Assert.DoesNotContain("hunter2", string.Join('\n', (await _rack.EventsAsync()).Select(e => e.Text)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_lamp_is_lit_and_put_out_when_the_connection_is_let_go_at_the_latest()
    {
        await using var server = await StartAsync();
        server.Resources[System]!["LocationIndicatorActive"] = false;
        var machine = await AddAsync(server);
        Assert.Equal("its locator lamp is on for 60 s", (await _rack.RunAsync(machine, PowerAction.Identify)).Text.Split(',')[0]);
        Assert.True((bool)server.Resources[System]!["LocationIndicatorActive"]!);
        await _rack.Desk.DisposeAsync();
        Assert.False((bool)server.Resources[System]!["LocationIndicatorActive"]!);
    }

    [Fact]
    public async Task Http_boot_is_asked_for_with_our_url_and_arms_the_machine_like_network_boot()
    {
        await using var server = await StartAsync();
        var machine = await AddAsync(server);
        _rack.Desk.HttpBoot = m => new Uri($"http://10.20.0.1/assets/ipxe/amd64/snponly.efi?{m.Name}");
        var progress = new List<string>();
        await _rack.RunAsync(machine, PowerAction.On, BootTarget.Http, progress);
        Assert.Contains(progress, p => p.Contains(
            "boots once from http; the BMC reads back UefiHttp Once (Uefi) http://10.20.0.1/assets/ipxe/amd64/snponly.efi?a",
            StringComparison.Ordinal));
        Assert.Equal("UefiHttp", server.Machine.Booted);
    }

    [Fact]
    public async Task A_bmc_that_offers_no_http_boot_is_an_error_before_anything_is_switched()
    {
        await using var server = await StartAsync();
        var boot = server.Resources[System]!["Boot"]!;
        boot["BootSourceOverrideTarget@Redfish.AllowableValues"] = new JsonArray("None", "Pxe", "Hdd");
        var machine = await AddAsync(server);
        await _rack.RunAsync(machine, PowerAction.On);
        var failure = await _rack.FailureAsync(machine, PowerAction.Cycle, BootTarget.Http);
        Assert.Equal(PowerFailure.NotSupported, failure.Failure);
        Assert.Contains("does not offer HTTP boot, only: None, Pxe, Hdd; use --boot network", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["On"], server.Machine.Resets);
    }

    [Fact]
    public async Task Http_boot_without_a_place_for_the_url_leaves_it_to_dhcp()
    {
        await using var server = await StartAsync();
        ((JsonObject)server.Resources[System]!["Boot"]!).Remove("HttpBootUri");
        var machine = await AddAsync(server);
        _rack.Desk.HttpBoot = _ => new Uri("http://10.20.0.1/assets/ipxe/amd64/snponly.efi");
        await _rack.RunAsync(machine, PowerAction.On, BootTarget.Http);
        Assert.Equal("UefiHttp", server.Machine.Booted);
        Assert.DoesNotContain(server.Sent("PATCH"), r => r.Body.Contains("10.20.0.1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_card_that_only_the_network_adapters_list_is_one_of_the_machine()
    {
        await using var server = await StartAsync();
        ((JsonObject)server.Resources[System]!).Remove("EthernetInterfaces");
        var machine = await AddAsync(server);
        var cards = await _rack.Desk.ReportAsync(machine, (reports, cancel) => reports.CardsAsync(cancel), CancellationToken.None);
        Assert.Equal(["02:52:42:00:00:01"], cards.Select(c => c.ToString()));
    }

    [Theory]
    [InlineData("Dell")] // whose BIOS attribute for it this machine does not have
    [InlineData("Supermicro")] // which is thought to take it unshown, and refuses it
    public async Task Http_boot_on_a_bmc_that_takes_no_url_although_its_family_does_leaves_it_to_dhcp(string vendor)
    {
        await using var server = await StartAsync();
        server.Resources["/redfish/v1"]!["Vendor"] = vendor;
        ((JsonObject)server.Resources[System]!["Boot"]!).Remove("HttpBootUri");
        server.Mood.RefusedBootProperties.Add("HttpBootUri");
        var machine = await AddAsync(server);
        _rack.Desk.HttpBoot = _ => new Uri("http://10.20.0.1/assets/ipxe/amd64/snponly.efi");
        await _rack.RunAsync(machine, PowerAction.On, BootTarget.Http);
        Assert.Equal("UefiHttp", server.Machine.Booted);
    }

    [Fact]
    public async Task Http_boot_is_asked_of_a_bmc_that_takes_it_without_listing_it()
    {
        await using var server = await StartAsync();
        server.Resources["/redfish/v1"]!["Vendor"] = "NVIDIA";
        var system = server.Resources[System]!;
        system["Boot"]!["BootSourceOverrideTarget@Redfish.AllowableValues"] = new JsonArray("None", "Pxe", "Hdd");
        system["@Redfish.Settings"] = new JsonObject { ["SettingsObject"] = new JsonObject { ["@odata.id"] = $"{System}/Settings" } };
        server.Resources.Put($"{System}/Settings", new JsonObject
        {
            ["Boot"] = new JsonObject { ["BootSourceOverrideTarget"] = "None", ["BootSourceOverrideEnabled"] = "Disabled" },
        });
        var machine = await AddAsync(server);
        await _rack.RunAsync(machine, PowerAction.On, BootTarget.Http);
        Assert.Equal("UefiHttp", server.Machine.Booted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_firmware_file_is_sent_or_where_the_bmc_takes_none_served(bool takesFiles)
    {
        await using var server = await StartAsync();
        var service = (JsonObject)server.Resources["/redfish/v1/UpdateService"]!;
        if (!takesFiles)
        {
            service.Remove("HttpPushUri");
            service.Remove("MultipartHttpPushUri");
        }

        var machine = await AddAsync(server);
        var progress = new List<string>();
        var path = Path.GetTempFileName();
        var end = await _rack.Desk.ReportAsync(
            machine, (reports, cancel) => reports.UpdateAsync(new FirmwareImage("bmc.bin", Served, path), progress.Add, cancel), default);
        File.Delete(path);
        Assert.Equal("bmc.bin is installed", end);
        Assert.Equal(takesFiles, server.Updates.Updates[0] != Served.AbsoluteUri);
        Assert.Contains("installing 50 %: Running", progress);
    }

    [Fact]
    public async Task An_update_that_fails_says_what_the_bmc_said()
    {
        await using var server = await StartAsync();
        server.Mood.TaskFails = true;
        var machine = await AddAsync(server);
        var failure = await Assert.ThrowsAsync<PowerException>(() => _rack.Desk.ReportAsync(
            machine, (reports, cancel) => reports.UpdateAsync(new FirmwareImage("bmc.bin", Served, null), _ => { }, cancel), default));
        Assert.Contains("Verification of image at target BMC failed", failure.Message, StringComparison.Ordinal);
    }

    private static Task<RedfishServer> StartAsync() => RedfishServer.StartAsync("plain", TimeProvider.System);

    private async Task<Machine> AddAsync(RedfishServer server, string password = RedfishServer.Password)
    {
        server.Mood.PowerDelay = TimeSpan.FromMilliseconds(300);
        await _rack.Vault.PutAsync("bmc", RedfishServer.User, new Secret(Encoding.UTF8.GetBytes(password)), null, dryRun: false);
        return await _rack.PutAsync(
            "a", new BmcSpec { Driver = BmcDriver.Redfish, Address = server.Address.Host, Port = server.Address.Port, Credential = "bmc" });
    }
}
