using System.Text.Json.Nodes;
using Rackboot.Redfish.Tests.Server;

namespace Rackboot.Redfish.Tests;

/// <summary>Which machine a service has, and where.</summary>
public sealed class DiscoveryTests
{
    private readonly HurryingClock _clock = new();

    [Fact]
    public async Task The_system_that_boots_is_taken_and_not_the_first()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        await using var client = server.Client();
        Assert.Equal("Host_0", (await client.Discovery.IdentityAsync()).SystemId);
        Assert.Equal([("Baseboard_0", false), ("Host_0", true)], (await client.Discovery.SystemsAsync()).Select(s => (s.Id, s.CanBoot)));
    }

    [Fact]
    public async Task Two_systems_that_boot_must_be_told_apart_by_the_caller()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        var other = server.Resources["/redfish/v1/Systems/Host_0"]!.DeepClone().AsObject();
        other["Id"] = "Host_1";
        server.Resources.Put("/redfish/v1/Systems/Baseboard_0", other);
        await using (var client = server.Client())
        {
            var error = await Assert.ThrowsAsync<RedfishException>(() => client.Power.ReadStateAsync());
            Assert.Contains("select one of: Host_1, Host_0", error.Message, StringComparison.Ordinal);
        }

        await using var told = server.Client(o => o with { SystemId = "Host_1" });
        Assert.Equal("Host_1", (await told.Discovery.IdentityAsync()).SystemId);
        await using var mistaken = server.Client(o => o with { SystemId = "Host_7" });
        Assert.Contains("available: Host_1, Host_0",
            (await Assert.ThrowsAsync<RedfishException>(() => mistaken.Power.ReadStateAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_identity_has_what_tells_one_machine_from_another()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        var identity = await client.Discovery.IdentityAsync();
        Assert.Equal(
            new RedfishIdentity(
                "one", "6d1c9f10-11a1-4b4c-8f5e-000000000001", "RB-0001", "Rackboot", "Plain 1", "P1", null, "one", "1.2.3",
                identity.MacAddresses, "Plain BMC", "0.9"), identity);
        Assert.Equal(["02:52:42:00:00:01", "02:52:42:00:00:02"], identity.MacAddresses);
    }

    [Fact]
    public async Task MAC_addresses_come_from_the_network_cards_where_the_system_lists_none()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        await using var client = server.Client();
        Assert.Equal(["02:52:42:00:00:09"], (await client.Discovery.IdentityAsync()).MacAddresses);
    }

    [Fact]
    public async Task MAC_addresses_of_cards_are_known_beside_those_that_the_system_lists_and_given_ones_beside_those_made_with()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        var interfaces = server.Resources.Members("/redfish/v1/Systems/one/EthernetInterfaces").ToList();
        server.Resources[interfaces[0]]!["PermanentMACAddress"] = "02:52:42:00:00:01";
        server.Resources[interfaces[0]]!["MACAddress"] = "02:52:42:00:01:01";
        var adapter = server.Resources.Members("/redfish/v1/Chassis/box/NetworkAdapters").Single();
        var function = server.Resources.Members((string)server.Resources[adapter]!["NetworkDeviceFunctions"]!["@odata.id"]!).First();
        server.Resources[function]!["Ethernet"] = new JsonObject { ["MACAddress"] = "02:52:42:00:00:07" };
        await using var client = server.Client();
        Assert.Equal(
            ["02:52:42:00:00:01", "02:52:42:00:01:01", "02:52:42:00:00:02", "02:52:42:00:00:07"],
            await client.Discovery.MacAddressesAsync());
    }

    [Theory]
    [InlineData("NetworkPorts", """{"AssociatedNetworkAddresses": ["02-52-42-00-00-08", "20:00:02:52:42:00:00:08"]}""")]
    [InlineData("Ports", """{"Ethernet": {"AssociatedMACAddresses": ["02:52:42:00:00:08"]}}""")]
    public async Task MAC_addresses_of_a_card_that_shows_none_at_its_functions_come_from_its_ports(string name, string port)
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        const string Card = "/redfish/v1/Chassis/Tray/NetworkAdapters/n0";
        server.Resources[$"{Card}/NetworkDeviceFunctions/1"]!["Ethernet"] = new JsonObject { ["MACAddress"] = "00:00:00:00:00:00" };
        server.Resources[Card]![name] = Collection(server, $"{Card}/{name}", JsonNode.Parse(port)!.AsObject());
        await using var client = server.Client();
        Assert.Equal(["02:52:42:00:00:08"], await client.Discovery.MacAddressesAsync());
    }

    [Fact]
    public async Task Cards_that_no_chassis_lists_are_found_by_the_systems_network_interfaces()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        server.Resources["/redfish/v1/Chassis/Tray"]!.Remove("NetworkAdapters");
        server.Resources["/redfish/v1/Systems/Host_0"]!["NetworkInterfaces"] =
            Collection(server, "/redfish/v1/Systems/Host_0/NetworkInterfaces", new JsonObject
            {
                ["Links"] = new JsonObject { ["NetworkAdapter"] = Link("/redfish/v1/Chassis/Tray/NetworkAdapters/n0") },
            });
        await using var client = server.Client();
        Assert.Equal(["02:52:42:00:00:09"], await client.Discovery.MacAddressesAsync());
    }

    [Fact]
    public async Task MAC_addresses_that_only_boot_options_show_are_known()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        server.Resources["/redfish/v1/Systems/Host_0"]!["Boot"]!["BootOptions"] = Collection(
            server, "/redfish/v1/Systems/Host_0/BootOptions",
            new JsonObject { ["UefiDevicePath"] = "PciRoot(0x1)/Pci(0x0,0x0)/MAC(02524200000A,0x1)" },
            new JsonObject { ["UefiDevicePath"] = null });
        await using var client = server.Client();
        Assert.Equal(["02:52:42:00:00:09", "02:52:42:00:00:0a"], await client.Discovery.MacAddressesAsync());
    }

    [Theory]
    [InlineData("PciRoot(0x1)/Pci(0x0,0x0)/MAC(AC1F6B18A45A,0x1)/IPv4(0.0.0.0)", "ac:1f:6b:18:a4:5a")]
    [InlineData("PciRoot(0x1)/USB(0x1,0x0)/MAC(AC1F6B18A45A,0x1)/IPv4(0.0.0.0)/Uri()", "ac:1f:6b:18:a4:5a")]
    [InlineData("PciRoot(0x1)/USB(0x1,0x0)/MAC(AE1F6B18A45A,0x1)/IPv4(0.0.0.0)", null)] // the wire to the BMC
    [InlineData("MAC(001ACAFFFF01,0x1)/IPv4(0.0.0.0)", null)] // on every BlueField
    [InlineData("PciRoot(0x1)/MAC(00000400000000000000000000000001AC1F6B18A45A,0x20)", null)] // InfiniBand
    [InlineData("PciRoot(0x1)/MAC(", null)]
    [InlineData("HD(1,GPT,A04D0F1E)/EFI", null)]
    [InlineData(null, null)]
    public void The_device_path_of_a_boot_option_shows_the_MAC_address_of_its_card(string? path, string? expected) =>
        Assert.Equal(expected, MacText.InDevicePath(path));

    [Theory]
    [InlineData("by the system")]
    [InlineData("by the chassis")]
    [InlineData("by its name")]
    public async Task Parts_of_the_other_node_of_a_blade_are_not_those_of_the_machine(string assigned)
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        var own = server.Resources["/redfish/v1/Systems/Host_0"]!;
        own.Remove("Links");
        var other = own.DeepClone().AsObject();
        other["Id"] = assigned == "by its name" ? "Tray" : "Host_1";
        if (assigned == "by the system")
            other["Links"] = new JsonObject { ["Chassis"] = new JsonArray(Link("/redfish/v1/Chassis/Tray/")) };
        else if (assigned == "by the chassis")
            server.Resources["/redfish/v1/Chassis/Tray"]!["Links"] =
                new JsonObject { ["ComputerSystems"] = new JsonArray(Link("/redfish/v1/Systems/Host_1")) };
        server.Resources.Put("/redfish/v1/Systems/Host_1", other);
        server.Resources["/redfish/v1/Systems"]!["Members"]!.AsArray().Add(Link("/redfish/v1/Systems/Host_1"));
        await using (var client = server.Client(o => o with { SystemId = "Host_0" }))
        {
            Assert.Empty(await client.Discovery.MacAddressesAsync());
            Assert.Equal(["Gpu_0"], (await client.Sensors.ReadAsync()).Sensors.Select(s => s.ChassisId).Distinct());
        }

        await using var neighbour = server.Client(o => o with { SystemId = (string)other["Id"]! });
        Assert.Equal(["02:52:42:00:00:09"], await neighbour.Discovery.MacAddressesAsync());
    }

    [Fact]
    public async Task Members_that_the_service_lists_and_does_not_have_are_left_out()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Resources["/redfish/v1/Chassis"]!["Members"]!.AsArray()
            .Add(new JsonObject { ["@odata.id"] = "/redfish/v1/Chassis/ghost" });
        await using var client = server.Client();
        Assert.Equal("box", Assert.Single(await client.Discovery.ChassisAsync()).Id);
    }

    [Fact]
    public async Task A_root_that_leaves_out_its_links_is_read_by_the_usual_paths()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        var root = server.Resources["/redfish/v1"]!;
        foreach (var name in new[] { "Systems", "Managers", "Chassis", "AccountService", "Links" })
            root.Remove(name);
        await using var client = server.Client();
        Assert.Equal("one", (await client.Discovery.IdentityAsync()).SystemId);
        Assert.NotEmpty(await client.Accounts.ListAsync());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    public async Task Pages_are_followed_to_the_last(int size)
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.PageSize = size;
        await using var client = server.Client();
        Assert.Equal(2, (await client.Hardware.MemoryAsync()).Count);
        Assert.Equal(7, (await client.Logs.ReadAsync((await client.Logs.ListAsync())[0])).Count);
    }

    [Fact]
    public async Task Pages_that_go_in_a_circle_end()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        server.Resources["/redfish/v1/Systems/Baseboard_0/Processors"]!["Members@odata.nextLink"] =
            "/redfish/v1/Systems/Baseboard_0/Processors";
        await using var client = server.Client();
        Assert.Equal(3, (await client.Hardware.ProcessorsAsync()).Count);
    }

    [Fact]
    public async Task No_more_members_are_read_than_allowed()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client(o => o with { MaxMembers = 3 });
        Assert.Equal(3, (await client.Logs.ReadAsync((await client.Logs.ListAsync())[0])).Count);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 4)]
    public async Task Members_come_in_one_answer_where_the_service_expands(bool expands, int requests)
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Resources["/redfish/v1"]!["ProtocolFeaturesSupported"]!["ExpandQuery"]!["NoLinks"] = expands;
        await using var client = server.Client();
        Assert.Equal(2, (await client.Hardware.MemoryAsync()).Count);
        Assert.Equal(requests, server.Sent("GET", "/Memory").Count);
    }

    [Fact]
    public async Task A_service_that_only_says_that_it_expands_is_read_one_by_one()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.Before = async context =>
        {
            if (!context.Request.Query.ContainsKey("$expand"))
                return false;
            await Misbehaviour.Status(501)(context);
            return true;
        };
        await using var client = server.Client();
        Assert.Equal(2, (await client.Hardware.MemoryAsync()).Count);
        Assert.Equal(2, (await client.Hardware.ProcessorsAsync()).Count);
        Assert.Single(server.Sent("GET", "/Memory"), r => !r.Path.Contains("/Memory/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AC-1F-6B-18-A4-5A", "ac:1f:6b:18:a4:5a")]
    [InlineData("ac1f6b18a45a", "ac:1f:6b:18:a4:5a")]
    [InlineData("00:00:00:00:00:00", null)]
    [InlineData("FF:FF:FF:FF:FF:FF", null)]
    [InlineData("N/A", null)]
    [InlineData("20:00:ac:1f:6b:18:a4:5a", null)]
    public void MAC_addresses_are_read_in_any_form(string text, string? expected) => Assert.Equal(expected, MacText.Read(text));

    // Serves a collection of these members, and links to it.
    private static JsonObject Collection(RedfishServer server, string path, params JsonObject[] members)
    {
        server.Resources.Put(path, new JsonObject { ["Members"] = new JsonArray([.. members.Select((_, i) => Link($"{path}/{i + 1}"))]) });
        foreach (var (member, i) in members.Select((member, i) => (member, i)))
            server.Resources.Put($"{path}/{i + 1}", member);
        return Link(path);
    }

    private static JsonObject Link(string path) => new() { ["@odata.id"] = path };
}
