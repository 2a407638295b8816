using System.Net;
using Rackboot.Contracts;

namespace Rackboot.Daemon.Tests.Api;

/// <summary>What the API says to documents that are wrong.</summary>
public sealed class DocumentTests
{
    [Theory]
    [InlineData("machines", """{"name":null}""", "/name", "cannot be null")]
    [InlineData("machines", """{"apiVersion":null,"name":"a"}""", "/apiVersion", "cannot be null")]
    [InlineData("machines", """{"name":"a","boot":{"from":null}}""", "/boot/from", "has the wrong type")]
    [InlineData("machines", """{"name":"a","macs":[null]}""", "/macs/0", "is not a MAC address")]
    [InlineData("machines", """{"name":"a","serial":"S-1","labels":{"rack":null}}""", "/labels/rack", "a label key or value")]
    [InlineData("machines", """{"name":"a"}""", "", "nothing identifies the machine")]
    [InlineData("machines", """{"name":"a","serial":"S-1","address":"10.99.0.1"}""", "/address", "in none of the served subnets")]
    [InlineData("machines", """{"name":"a","surname":"b"}""", "/surname", "unknown field")]
    [InlineData("machines", """{"name":"b","serial":"S-1"}""", "/name", "is not the name in the URL")]
    [InlineData("machines", """{"name":7}""", "/name", "has the wrong type")]
    [InlineData("machines", """{"name":nulx}""", "/name", "is not JSON (line 1)")]
    [InlineData("machines", """{"name":"\ud800"}""", "/name", "has the wrong type")]
    [InlineData("machines", """null""", "", "is null")]
    [InlineData("machines", """[]""", "", "has the wrong type")]
    [InlineData("profiles", """{"name":null}""", "/name", "cannot be null")]
    [InlineData("profiles", """{"name":"a","talos":null}""", "/talos", "is missing")]
    [InlineData("profiles", """{"name":"a","talos":{"version":null}}""", "/talos/version", "cannot be null")]
    [InlineData("profiles", """{"name":"a","talos":{"version":"v1.14.0","arch":null}}""", "/talos/arch", "cannot be null")]
    [InlineData(
        "profiles", """{"name":"a","talos":{"version":"v1.14.0"},"kernelArguments":[null]}""", "/kernelArguments/0", "cannot be empty")]
    [InlineData("profiles", """{"name":"a","talos":{"version":"v1.14.0"},"omni":{"api":"http://omni"}}""", "/omni/api",
        "is not a URL of Omni")]
    [InlineData("profiles", """{"name":"a","talos":{"version":"v1.14.0"},"omni":{"api":"https://omni:8090?jointoken=x"}}""", "/omni/api",
        "remove it from the URL")]
    [InlineData("profiles", """{"name":"a","talos":{"version":"v1.14.0"},"omni":{"api":"https://omni:8090"}}""", "/omni/joinToken",
        "is missing")]
    [InlineData("profiles", """{"name":"a","talos":{"version":"v1.14.0"},"omni":{"api":"https://o","joinToken":{"content":"a b"}}}""",
        "/omni/joinToken", "is not a join token")]
    [InlineData("profiles", """{"name":"a","talos":{"version":"v1.14.0"},"kernelArguments":["siderolink.api=https://o?jointoken=x"]}""",
        "/kernelArguments/0", "write it under omni")]
    [InlineData(
        "machines", """{"name":"a","serial":"S-1","bmc":{}}""", "/bmc/address", "is missing; driver auto needs the BMC's IP address")]
    [InlineData("machines", """{"name":"a","serial":"S-1","bmc":{"driver":"ipmi","address":"a b"}}""", "/bmc/address",
        "is neither an IP address nor a host name")]
    [InlineData(
        "machines", """{"name":"a","serial":"S-1","bmc":{"driver":"ipmi","address":"10.0.0.1"}}""", "/bmc/credential", "is missing")]
    [InlineData("machines", """{"name":"a","serial":"S-1","bmc":{"driver":"ipmi","address":"10.0.0.1","credential":"bmc"}}""",
        "/bmc/credential", "there is no credential bmc; apply it first")]
    [InlineData(
        "machines",
        """{"name":"a","serial":"S-1","bmc":{"driver":"ipmi","address":"10.0.0.1","credential":"bmc","cipherSuites":[17,0]}}""",
        "/bmc/cipherSuites/1", "0 allows access without a password")]
    [InlineData("machines", """{"name":"a","serial":"S-1","bmc":{"driver":"redfish","address":"10.0.0.1","credential":"bmc","kg":"x"}}""",
        "/bmc/kg", "is not allowed with driver redfish")]
    [InlineData(
        "machines", """{"name":"a","serial":"S-1","bmc":{"driver":"redfish","address":"10.0.0.1","credential":"bmc","pin":"12"}}""",
        "/bmc/pin", "64 hexadecimal digits")]
    [InlineData("machines", """{"name":"a","serial":"S-1","bmc":{"driver":"redfish","address":"10.0.0.1","credential":"bmc","ca":"x"}}""",
        "/bmc/ca", "is not a PEM certificate")]
    [InlineData(
        "machines", """{"name":"a","serial":"S-1","bmc":{"driver":"redfish","address":"10.0.0.1","credential":"bmc","port":70000}}""",
        "/bmc/port", "is not a port")]
    [InlineData("machines", """{"name":"a","serial":"S-1","bmc":{"driver":"webhook","url":"ftp://x/"}}""", "/bmc/url",
        "is not an http or https URL")]
    [InlineData("machines", """{"name":"a","serial":"S-1","bmc":{"driver":"webhook","url":"http://u:p@x/"}}""", "/bmc/url",
        "put user and password into bmc.credential")]
    [InlineData("machines", """{"name":"a","serial":"S-1","bmc":{"driver":"qemu","socket":"q.sock"}}""", "/bmc/socket",
        "is not the path of a Unix socket")]
    [InlineData("machines", """{"name":"a","serial":"S-1","bmc":{"driver":"manual","address":"10.0.0.1"}}""", "/bmc/address",
        "is not allowed with driver manual")]
    [InlineData("machines", """{"name":"a","serial":"S-1","bmc":{"driver":"telepathy"}}""", "/bmc/driver",
        "has the wrong type or is not one of the allowed words")]
    [InlineData("credentials", """{"name":"a","password":"x"}""", "/username", "is missing")]
    [InlineData("credentials", """{"name":"a","username":"x"}""", "/password", "is missing")]
    [InlineData("credentials", """{"name":"a","username":"x","password":""}""", "/password", "must have 1 to 256 bytes")]
    [InlineData("credentials", """{"name":"a","username":"a:b","password":"x"}""", "/username", "no colon")]
    [InlineData("credentials", """{"name":"a","username":"x","passwordFile":"f"}""", "/passwordFile", "rackboot apply reads the file")]
    public async Task A_wrong_document_is_refused_with_its_place(string collection, string json, string path, string message)
    {
        await using var api = await RunningApi.StartAsync();
        var refusal = await api.RefusalAsync("/api/v1/" + collection, "a", json);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refusal.Status);
        Assert.Contains(refusal.Problem.Errors!, e => e.Path == path && e.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refusal_never_quotes_the_configuration_it_was_sent()
    {
        await using var api = await RunningApi.StartAsync();
        foreach (var json in new[] { """{"name":"a","machineConfig":{"content":["hunter2"]}}""",
            """{"name":"a","machineConfig":{"content":"hunter2\q"}}""", """{"name":"a","machineConfig":"hunter2"}""" })
            Assert.DoesNotContain("hunter2", (await api.RefusalAsync(ApiPaths.Machines, "a", json)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_that_machines_join_Omni_with_goes_in_and_never_comes_out()
    {
        await using var api = await RunningApi.StartAsync();
        const string Token = ""","joinToken":{"content":"hunter2hunter2"}""";
        const string Json = """{"name":"a","talos":{"version":"v1.14.0"},"omni":{"api":"https://omni:8090""" + "\"" + Token + "}}";
        await api.Client.PutAsync(ApiPaths.Profiles, "a", Json);
        var stored = await api.GetAsync($"{ApiPaths.Profiles}/a");
        Assert.Contains("https://omni:8090", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", stored, StringComparison.Ordinal);
        await api.Client.PutAsync(ApiPaths.Profiles, "a",
            Json.Replace("v1.14.0", "v1.14.1", StringComparison.Ordinal).Replace(Token, "", StringComparison.Ordinal));
        var refusal = await api.RefusalAsync(
            ApiPaths.Profiles, "b", Json.Replace("hunter2hunter2", "hunter2 hunter2", StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_stored_comes_back_with_its_version_and_without_its_configuration()
    {
        await using var api = await RunningApi.StartAsync();
        var applied = await api.Client.PutMachineAsync(new Machine
        {
            Name = "a", Macs = ["52-54-00-00-01-04"], Address = "10.20.0.21", MachineConfig = new MachineConfig { Content = "machine: {}" },
        });
        Assert.True(applied.Created);
        var stored = await api.Client.GetMachineAsync("a");
        Assert.Equal(("\"1", "52:54:00:00:01:04", "10.20.0.21", null),
            (stored.ETag!.Split('.')[0], Assert.Single(stored.Value.Macs!), stored.Value.Address, stored.Value.MachineConfig!.Content));
        var again = await api.Client.PutMachineAsync(stored.Value, stored.ETag);
        Assert.Equal((false, "\"1\""), (again.Created, again.ETag));
        var changed = await Assert.ThrowsAsync<ApiException>(() =>
            api.Client.PutMachineAsync(stored.Value with { Serial = "S-1" }, "\"7\""));
        Assert.Equal(HttpStatusCode.PreconditionFailed, changed.Status);
    }
}
