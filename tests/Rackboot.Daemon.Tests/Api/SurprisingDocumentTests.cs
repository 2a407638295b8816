using System.Net;
using Rackboot.Contracts;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Daemon.Management;
using Rackboot.Dhcp;

namespace Rackboot.Daemon.Tests.Api;

/// <summary>Documents whose form is right and that could not work: refused, or warned of at once.</summary>
public sealed class SurprisingDocumentTests
{
    private const string Profile = """{"kind":"Profile","name":"default","talos":{"version":"v1.14.0"}}""";
    private const string Credential = """{"kind":"Credential","name":"bmc","username":"admin","password":"hunter2"}""";

    [Theory]
    [InlineData("10.20.0.1", "the appliance's own address")]
    [InlineData("10.20.0.254", "the router of subnet 10.20.0.0/24")]
    [InlineData("10.20.0.0", "the network address of subnet 10.20.0.0/24")]
    [InlineData("10.20.0.255", "the broadcast address of subnet 10.20.0.0/24")]
    [InlineData("10.20.0.21", null)]
    public void A_machine_cannot_have_an_address_that_is_taken(string address, string? taken)
    {
        var networks = new ServedNetworks
        {
            Interfaces = [],
            Own = [IPAddress.Parse("10.20.0.1")],
            Subnets = [new DhcpSubnet { Mode = SubnetMode.Dhcp, Network = IPNetwork.Parse("10.20.0.0/24"),
                Router = IPAddress.Parse("10.20.0.254") }],
        };
        var errors = new List<ProblemError>();
        MachineDocuments.Read(new Contracts.Machine { Name = "a", Macs = ["52:54:00:00:01:04"], Address = address }, null, networks,
            errors);
        Assert.Equal(taken is null ? [] : [new ProblemError("/address", $"{address} is {taken}; choose another address")], errors);
    }

    [Theory]
    [InlineData(""" "driver":"ipmi","address":"10.30.0.21","credential":"bmc" """, """ "address":"10.30.0.21","credential":"bmc" """)]
    [InlineData(""" "driver":"redfish","address":"BMC1","credential":"bmc" """,
        """ "driver":"redfish","address":"bmc1","port":443,"credential":"bmc" """)]
    [InlineData(""" "driver":"qemu","socket":"/run/a" """, """ "driver":"qemu","socket":"/run/a" """)]
    public async Task Two_machines_cannot_have_one_bmc(string one, string other)
    {
        await using var api = await RunningApi.StartAsync();
        var documents = (string[])[Credential, Machine("node-01", 1, $"\"bmc\":{{{one}}}"), Machine("node-02", 2, $"\"bmc\":{{{other}}}")];
        var together = await Assert.ThrowsAsync<ApiException>(() => api.Client.ApplyAsync(documents));
        Assert.Equal(HttpStatusCode.Conflict, together.Status);
        Assert.Contains("is also the BMC of machine node-01, so both would power off together", together.Problem.Errors![0].Message,
            StringComparison.Ordinal);
        await api.Client.ApplyAsync(documents[..2]);
        var later = await Assert.ThrowsAsync<ApiException>(() => api.Client.ApplyAsync(documents[2..]));
        Assert.StartsWith("/items/0/bmc/", Assert.Single(later.Problem.Errors!).Path, StringComparison.Ordinal);
        await api.Client.ApplyAsync(documents[..2]); // again, and nothing is in its way
    }

    [Theory]
    [InlineData(""" "driver":"redfish","address":"10.30.0.21","credential":"bmc","system":"1" """,
        """ "driver":"redfish","address":"10.30.0.21","credential":"bmc","system":"2" """)]
    [InlineData(""" "driver":"ipmi","address":"10.30.0.21","credential":"bmc","port":6231 """,
        """ "driver":"ipmi","address":"10.30.0.21","credential":"bmc","port":6232 """)]
    [InlineData(""" "driver":"webhook","url":"http://10.30.0.2/power" """, """ "driver":"webhook","url":"http://10.30.0.2/power" """)]
    [InlineData(""" "driver":"manual" """, """ "driver":"manual" """)]
    public async Task Systems_behind_one_bmc_and_services_that_tell_machines_apart_are_no_conflict(string one, string other)
    {
        await using var api = await RunningApi.StartAsync();
        await api.Client.ApplyAsync([Credential, Machine("node-01", 1, $"\"bmc\":{{{one}}}"),
            Machine("node-02", 2, $"\"bmc\":{{{other}}}")]);
    }

    [Fact]
    public async Task What_will_stop_a_boot_is_told_when_it_is_applied_at_its_place()
    {
        await using var api = await RunningApi.StartAsync();
        var results = await api.Client.ApplyAsync(
        [
            Profile,
            Machine("node-01", 1, """ "profile":"default","machineConfig":{"content":"hello: world"} """),
            Machine("node-02", 2),
        ], dryRun: true);
        Assert.Equal(["/talos: profile default needs talos/v1.14.0/amd64/kernel and talos/v1.14.0/amd64/initramfs, which the appliance "
            + "lacks; fetch it: rackboot asset pull v1.14.0 --arch amd64"], Warnings(results[0]));
        Assert.Equal("/profile: the appliance has no iPXE binary for UEFI amd64 or BIOS amd64; install the package ipxe on it, or: "
            + "rackboot "
            + "asset import --ipxe amd64 FILE", Warnings(results[1])[0]);
        Assert.StartsWith("/machineConfig/content: Talos will reject it: ", Warnings(results[1])[1], StringComparison.Ordinal);
        Assert.Empty(Warnings(results[2]));
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_in_one_pass()
    {
        await using var api = await RunningApi.StartAsync();
        var refused = await Assert.ThrowsAsync<ApiException>(() => api.Client.ApplyAsync(
        [
            Profile,
            Machine("node-01", 1, """ "address":"10.99.0.1" """),
            Machine("node-02", 2, """ "profile":"nosuch" """),
        ]));
        Assert.Equal(["/items/1/address", "/items/2/profile"], refused.Problem.Errors!.Select(e => e.Path));
        Assert.Equal(["/items/0/talos"], refused.Problem.Warnings!.Select(w => w.Path));
        Assert.Empty(await api.Client.GetProfilesAsync());
    }

    private static string[] Warnings(ApplyResult result) => [.. (result.Warnings ?? []).Select(w => $"{w.Path}: {w.Message}")];

    private static string Machine(string name, int card, string more = "\"labels\":{}") =>
        $$"""{"kind":"Machine","name":"{{name}}","macs":["52:54:00:00:02:{{card:x2}}"],{{more}}}""";
}
