using System.Net;
using Rackboot.Contracts;
using Rackboot.Core.Machines;

namespace Rackboot.Daemon.Tests.Api;

/// <summary>Many documents in one request.</summary>
public sealed class ApplyTests
{
    private const string Profile = """{"kind":"Profile","name":"default","talos":{"version":"v1.14.0"}}""";
    private const string Credential = """{"kind":"Credential","name":"bmc","username":"admin","password":"hunter2"}""";

    [Fact]
    public async Task What_comes_in_the_same_request_is_not_missing_whatever_the_order()
    {
        await using var api = await RunningApi.StartAsync();
        string[] documents = [
            Machine("node-01", 1, """ "profile":"default","bmc":{"driver":"ipmi","address":"10.30.0.21","credential":"bmc"} """), Profile,
            Credential];

        Assert.Equal("Created Created Created", await OutcomesAsync(api, documents, dryRun: true));
        Assert.Empty(await api.Client.GetMachinesAsync());
        Assert.Equal("Created Created Created", await OutcomesAsync(api, documents));
        Assert.Equal("Unchanged Unchanged Unchanged", await OutcomesAsync(api, documents));
        Assert.Equal("Configured Unchanged",
            await OutcomesAsync(api, [Machine("node-01", 1, """ "profile":"default","labels":{"rack":"r1"} """), Profile]));
        Assert.Equal("admin", api.Vault.Find("bmc")!.Username);
    }

    [Fact]
    public async Task One_wrong_document_and_nothing_is_stored()
    {
        await using var api = await RunningApi.StartAsync();
        var refusal = await Assert.ThrowsAsync<ApiException>(() => api.Client.ApplyAsync(
            [Profile, Credential, Machine("node-01", 1), Machine("node-02", 2, """ "profile":"nosuch" """),
                Machine("node-03", 3, """ "profile":"neither" """)]));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refusal.Status);
        Assert.Equal(["/items/3/profile", "/items/4/profile"], refusal.Problem.Errors!.Select(e => e.Path));
        Assert.Empty(await api.Client.GetMachinesAsync());
        Assert.Empty(await api.Client.GetProfilesAsync());
        Assert.Empty(await api.Client.GetCredentialsAsync());
        Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"kind":"Machine","name":"a","macs":["xx"]}""", "/items/0/macs/0")]
    [InlineData("""{"kind":"Machine","name":"a","surname":"b"}""", "/items/0/surname")]
    [InlineData("""{"kind":"Cluster","name":"a"}""", "/items/0/kind")]
    [InlineData("""{"name":"a"}""", "/items/0/kind")]
    [InlineData("""7""", "/items/0/kind")]
    [InlineData("""{"kind":"Credential","name":"a","username":"x","passwordFile":"f"}""", "/items/0/passwordFile")]
    [InlineData("""{"kind":"Credential","name":"a","username":"x"}""", "/items/0/password")]
    public async Task A_mistake_is_told_with_the_document_it_is_in(string document, string path)
    {
        await using var api = await RunningApi.StartAsync();
        var refusal = await Assert.ThrowsAsync<ApiException>(() => api.Client.ApplyAsync([document, Profile]));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refusal.Status);
        Assert.Equal([path], refusal.Problem.Errors!.Select(e => e.Path));
    }

    [Fact]
    public async Task Claims_are_judged_by_what_would_then_be()
    {
        await using var api = await RunningApi.StartAsync();
        await api.Client.ApplyAsync([Machine("node-01", 1), Machine("node-02", 2), Machine("node-03", 3)]);

        // they swap their cards
        Assert.Equal("Configured Configured", await OutcomesAsync(api, [Machine("node-01", 2), Machine("node-02", 1)]));
        Assert.Equal("node-02", api.Inventory.Fleet.Find(new MachineIdentity { Mac = Mac(1) })!.Name);
        var taken = await Assert.ThrowsAsync<ApiException>(
            () => api.Client.ApplyAsync([Machine("node-04", 4), Machine("node-05", 3), Machine("node-06", 4)]));
        Assert.Equal(HttpStatusCode.Conflict, taken.Status);
        Assert.Equal(["/items/1/macs/0", "/items/2/macs/0"], taken.Problem.Errors!.Select(e => e.Path));
        var twice = await Assert.ThrowsAsync<ApiException>(() => api.Client.ApplyAsync([Machine("node-04", 4), Machine("node-04", 5)]));
        Assert.Equal(["/items/1/name"], twice.Problem.Errors!.Select(e => e.Path));
    }

    [Fact]
    public async Task A_discovered_machine_becomes_one_of_those_described_and_keeps_its_id()
    {
        await using var api = await RunningApi.StartAsync();
        var seen = api.Inventory.Observe(new MachineIdentity { Mac = Mac(1) });
        await api.Client.ApplyAsync([Machine("node-01", 1), Machine("node-02", 2)]);
        Assert.Equal(seen.Id, api.Inventory.Fleet.Named("node-01")!.Id);
        Assert.Equal(2, api.Inventory.Fleet.Count);
    }

    [Fact]
    public async Task Very_many_machines_are_one_event()
    {
        await using var api = await RunningApi.StartAsync();
        await api.Client.ApplyAsync([.. Enumerable.Range(0, 500).Select(i => Machine($"node-{i}", i))]);
        Assert.Equal(500, (await api.Client.GetMachinesAsync()).Count);
        await foreach (var e in api.Events.FollowAsync(0, CancellationToken.None))
        {
            Assert.Equal(("machines.applied", "500 machines accepted and 0 changed together by " + Environment.UserName),
                (e.Kind, e.Text));
            break;
        }
    }

    private static async Task<string> OutcomesAsync(RunningApi api, string[] documents, bool dryRun = false) =>
        string.Join(' ', (await api.Client.ApplyAsync(documents, dryRun)).Select(r => r.Outcome));

    private static string Machine(string name, int card, string more = "\"labels\":{}") =>
        $$"""{"kind":"Machine","name":"{{name}}","macs":["{{Mac(card)}}"],{{more}}}""";

    private static MacAddress Mac(int number) =>
        MacAddress.TryParse($"525400{number:x6}", out var mac) ? mac : throw new ArgumentOutOfRangeException(nameof(number));
}
