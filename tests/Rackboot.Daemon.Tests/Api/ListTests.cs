using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Rackboot.Contracts;
using Rackboot.Contracts.Selection;
using Rackboot.Core.Machines;

namespace Rackboot.Daemon.Tests.Api;

/// <summary>Lists come in pages, and the daemon chooses what is on them.</summary>
public sealed class ListTests
{
    [Theory]
    [InlineData("limit=2", "a1 a2 …")]
    [InlineData("limit=5", "a1 a2 a3 b1 b2 …")]
    [InlineData("limit=6", "a1 a2 a3 b1 b2 discovered-525400000001")]
    [InlineData("selector=rack%3Dr1", "a1 a3 b1")]
    [InlineData("selector=rack%20in%20(r1,r2)&prefix=a", "a1 a2 a3")]
    [InlineData("selector=rack!%3Dr1&limit=2", "a2 b2 …")]
    [InlineData("selector=!rack", "b2 discovered-525400000001")]
    [InlineData("selector=rack%3Dr9", "")]
    [InlineData("prefix=b", "b1 b2")]
    [InlineData("state=discovered", "discovered-525400000001")]
    [InlineData("state=unseen,discovered&prefix=a&limit=1", "a1 …")]
    [InlineData("state=booting", "")]
    [InlineData("power=on", "")]
    [InlineData("stage=kernel", "")]
    public async Task Machines_are_chosen_and_paged_by_the_daemon(string query, string expected)
    {
        await using var api = await StartAsync();
        var page = await PageAsync(api, $"{ApiPaths.Machines}?{query}");
        Assert.Equal(expected, string.Join(' ', page.Items.Select(m => m.Name)) + (page.Continue is null ? "" : " …"));
    }

    [Fact]
    public async Task A_list_goes_on_where_it_was_though_machines_come_and_go()
    {
        await using var api = await StartAsync();
        var first = await PageAsync(api, $"{ApiPaths.Machines}?limit=2");
        await api.Client.DeleteMachineAsync("a2");
        await PutAsync(api, "a0", null);

        var second = await PageAsync(api, $"{ApiPaths.Machines}?limit=2&continue={first.Continue}");
        Assert.Equal(["a3", "b1"], second.Items.Select(m => m.Name));
        Assert.Equal(["a0", "a1", "a3", "b1", "b2", "discovered-525400000001"], (await api.Client.GetMachinesAsync()).Select(m => m.Name));
    }

    [Fact]
    public async Task The_client_reads_all_pages_of_what_it_asks_for()
    {
        await using var api = await StartAsync();
        for (var i = 0; i < 12; i++)
            api.Inventory.Observe(new MachineIdentity { Mac = Mac(i + 100) });
        var names = new List<string>();
        await foreach (var page in api.Client.GetMachinePagesAsync(
            new MachineQuery { Prefix = "discovered-", States = [MachineState.Discovered] }))
            names.AddRange(page.Select(m => m.Name));
        Assert.Equal(13, names.Count);
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
    }

    [Fact]
    public async Task Boots_are_paged_newest_first_and_found_by_machine_id_and_the_beginning_of_the_id()
    {
        await using var api = await StartAsync();
        foreach (var name in new[] { "a1", "a2", "a1", "a3", "a1" })
            api.Boots.Note(api.Inventory.Fleet.Named(name)!, Core.Boot.BootStage.Firmware, "test", "asks",
                change: b => b with { Outcome = Core.Boot.BootOutcome.Succeeded });

        var ids = (await api.Client.GetBootsAsync()).Select(b => b.Id).ToList();
        Assert.Equal(5, ids.Count);
        Assert.Equal(ids.OrderDescending(StringComparer.Ordinal), ids);
        Assert.Equal(3, (await api.Client.GetBootsAsync("a1")).Count);
        Assert.Empty(await api.Client.GetBootsAsync("a9"));
        var page = JsonDocument.Parse(await api.GetAsync($"{ApiPaths.Boots}?limit=2")).RootElement;
        Assert.Equal(ids[..2], page.GetProperty("items").EnumerateArray().Select(b => b.GetProperty("id").GetString()));
        Assert.Contains(
            ids[2], await api.GetAsync($"{ApiPaths.Boots}?limit=1&continue={page.GetProperty("continue")}"), StringComparison.Ordinal);
        Assert.Equal("""{"items":[]}""", await api.GetAsync($"{ApiPaths.Boots}?outcome=stalled"));
        Assert.Equal(ids[0], (await api.Client.GetBootAsync(ids[0][..30])).Id);
        var refusal = await Assert.ThrowsAsync<ApiException>(() => api.Client.GetBootAsync(ids[0][..8])); // all began in one minute
        Assert.Equal(HttpStatusCode.NotFound, refusal.Status);
    }

    [Theory]
    [InlineData("/machines?limit=0", "limit=0: is not a number of items; allowed: 1 to 5000")]
    [InlineData("/machines?limit=5001", "limit=5001: is not a number of items")]
    [InlineData("/machines?continue=%21", "continue: is not a continue value")]
    [InlineData("/machines?selector=", "selector: the selector is empty")]
    [InlineData("/machines?selector=rack%3Er1", "expected a comma before \\\">\\\"")]
    [InlineData("/machines?lable=rack", "lable: is not a parameter; allowed: continue, limit, power, prefix, selector, stage, state")]
    [InlineData("/machines?state=booting,fine", "state: \\\"fine\\\" is not allowed; allowed: discovered")]
    [InlineData("/machines?limt=2", "limt: is not a parameter; did you mean limit?")]
    [InlineData("/machines/a1?watch=true", "watch: is not a parameter; this path takes none")]
    [InlineData("/machines/a1/power?cache=true", "cache: is not a parameter; did you mean cached?")]
    [InlineData("/boots?name=a1", "name: is not a parameter")]
    [InlineData("/boots?outcome=fine", "outcome: \\\"fine\\\" is not allowed; allowed: running")]
    [InlineData("/machines?state=3", "state: \\\"3\\\" is not allowed; allowed: discovered")]
    [InlineData("/events?since=1", "since: is not a parameter; allowed: after")]
    [InlineData("/operations?machine=a1", "machine: is not a parameter; allowed: continue, limit")]
    [InlineData("/leases?limit=-1", "limit=-1: is not a number of items")]
    [InlineData("/status?pretty=true", "pretty: is not a parameter")]
    public async Task A_wrong_or_unknown_query_parameter_is_refused(string path, string message)
    {
        await using var api = await StartAsync();
        using var response = await api.SendAsync(HttpMethod.Get, ApiPaths.Root + path);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(message, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rack!=r1", "a2")]
    [InlineData("rack in (r1,r2),!role", "a1 a2 a3 b1")]
    public async Task Power_is_ordered_by_the_same_selectors(string selector, string machines)
    {
        await using var api = await StartAsync();
        var operation = await api.Client.PowerAsync(new PowerOrder { Action = PowerAction.Status, Selector = selector });
        Assert.Equal(machines, string.Join(' ', operation.Machines.Select(m => m.Machine).Where(m => m != "b2")));

        var refusal =
            await Assert.ThrowsAsync<ApiException>(() => api.Client.PowerAsync(new PowerOrder { Action = PowerAction.Off, Selector = "" }));
        Assert.Contains("selector is empty", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_list_of_the_api_says_in_OpenAPI_that_it_has_pages()
    {
        await using var api = await StartAsync();
        var paths = JsonDocument.Parse(await api.GetAsync(ApiPaths.OpenApi)).RootElement.GetProperty("paths");
        foreach (var list in new[] { ApiPaths.Machines, ApiPaths.Profiles, ApiPaths.Credentials, ApiPaths.Assets, ApiPaths.Leases,
            ApiPaths.Boots, ApiPaths.Operations })
        {
            var parameters = paths.GetProperty(list).GetProperty("get").GetProperty("parameters").EnumerateArray()
                .Select(p => p.GetProperty("name").GetString()).ToList();
            Assert.Contains("limit", parameters);
            Assert.Contains("continue", parameters);
        }
    }

    private static async Task<RunningApi> StartAsync()
    {
        var api = await RunningApi.StartAsync();
        await PutAsync(api, "a1", "r1");
        await PutAsync(api, "a2", "r2");
        await PutAsync(api, "a3", "r1");
        await PutAsync(api, "b1", "r1");
        await PutAsync(api, "b2", null);
        api.Inventory.Observe(new MachineIdentity { Mac = Mac(1) });
        return api;
    }

    private static MacAddress Mac(int number) =>
        MacAddress.TryParse($"525400{number:x6}", out var mac) ? mac : throw new ArgumentOutOfRangeException(nameof(number));

    private static Task<Applied<JsonElement>> PutAsync(RunningApi api, string name, string? rack) => api.Client.PutAsync(
        ApiPaths.Machines, name,
        JsonSerializer.Serialize(new { name, serial = "S-" + name, labels = rack is null ? null : new { rack } }, Document.Json));

    private static async Task<ItemList<Contracts.Machine>> PageAsync(RunningApi api, string path)
    {
        using var response = await api.SendAsync(HttpMethod.Get, path);
        return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<ItemList<Contracts.Machine>>(Document.Json))!;
    }
}
