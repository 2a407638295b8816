using System.Net;
using System.Net.Http.Json;
using System.Text;
using Rackboot.Contracts;
using Rackboot.Core.Storage;
using Rackboot.Daemon.Audit;
using Rackboot.Daemon.Tests.Api;

namespace Rackboot.Daemon.Tests.Access;

/// <summary>What is recorded, and whether a forged record shows.</summary>
public sealed class AuditTests
{
    private const string Machine =
        """{"apiVersion":"v1alpha1","kind":"Machine","name":"node-01","macs":["52:54:00:00:00:01"],"labels":{"rack":"r1"}}""";

    [Fact]
    public async Task A_change_is_recorded_with_who_from_where_what_and_which_machines()
    {
        await using var appliance = await ServedAppliance.StartAsync();
        using (await appliance.SendAsync(HttpMethod.Put, $"{ApiPaths.Machines}/node-01", Json(Machine)))
        using (var client = appliance.Network(await appliance.TokenAsync(AccessRole.Operator, name: "ci")))
        using (await client.PostAsync(ApiPaths.Power, Json("""{"action":"on","selector":"rack=r1"}""")))
        using (await client.GetAsync(ApiPaths.Machines))
        using (await client.PostAsync(ApiPaths.StoreKey, Json("{}")))
        {
        }

        var entries = await EntriesAsync(appliance);
        Assert.Equal(["POST /api/v1/store/key", "POST /api/v1/power", "PUT /api/v1/machines/node-01"], entries.Select(e => e.What));
        Assert.Equal([403, 202, 201], entries.Select(e => e.Result));
        Assert.Equal(["127.0.0.1", "127.0.0.1", "socket"], entries.Select(e => e.From));
        Assert.Equal(["token:ci", "token:ci"], entries.Take(2).Select(e => e.Who));
        Assert.Equal(["node-01"], entries[1].Machines);
        Assert.Equal("power on", entries[1].Detail);
        Assert.Equal(["node-01"], entries[2].Machines);
    }

    [Theory]
    [InlineData("who=token:ci", 1)]
    [InlineData("from=socket", 1)]
    [InlineData("machine=node-01", 1)]
    [InlineData("failed=true", 1)]
    [InlineData("what=store", 1)]
    [InlineData("until=2020-01-01T00:00:00Z", 0)]
    [InlineData("since=2020-01-01T00:00:00Z", 2)]
    public async Task Filters_choose(string query, int count)
    {
        await using var appliance = await ServedAppliance.StartAsync();
        using (await appliance.SendAsync(HttpMethod.Put, $"{ApiPaths.Machines}/node-01", Json(Machine)))
        using (var client = appliance.Network(await appliance.TokenAsync(AccessRole.Operator, name: "ci")))
        using (await client.PostAsync(ApiPaths.StoreKey, Json("{}")))
        {
        }

        Assert.Equal(count, (await EntriesAsync(appliance, query)).Count);
    }

    [Fact]
    public async Task Pages_continue_where_the_one_before_ended()
    {
        await using var appliance = await ServedAppliance.StartAsync();
        for (var i = 0; i < 2500; i++)
            await appliance.Audit.AddAsync("root", "socket", $"POST /{i}", [], 200);

        using var client = RackbootClient.ForSocket(appliance.Socket);
        var ids = new List<long>();
        await foreach (var page in client.GetAuditPagesAsync([("limit", "700")]))
            ids.AddRange(page.Select(e => e.Id));
        Assert.Equal(Enumerable.Range(1, 2500).Reverse().Select(i => (long)i), ids);
    }

    [Fact]
    public async Task A_changed_a_missing_and_a_cut_entry_show()
    {
        await using var appliance = await ServedAppliance.StartAsync();
        for (var i = 1; i <= 5; i++)
            await appliance.Audit.AddAsync("root", "socket", $"POST /{i}", [], 200);
        var (store, whole) = (appliance.Store.Store, appliance.Audit.Check());
        Assert.Equal((5, null), (whole.Entries, whole.Mistake));

        var third = store.Find(Table.Audit, $"{3:d16}")!;
        var entry = StoreJson.Read<AuditRecord>(third);
        await store.CommitAsync([Change.Put(Table.Audit, third.Key, entry with { Who = "token:ci" })]);
        Assert.Equal("entry 3 was changed after it was written", appliance.Audit.Check().Mistake);
        var forged = entry with { Who = "token:ci" };
        await store.CommitAsync([Change.Put(Table.Audit, third.Key, forged with { Hash = forged.ComputeHash() })]);
        Assert.Equal("entry 4 does not follow from entry 3: one of them was changed", appliance.Audit.Check().Mistake);
        await store.CommitAsync([Change.Delete(Table.Audit, third.Key)]);
        Assert.Equal("entries 3 to 3 are missing", appliance.Audit.Check().Mistake);
        await store.CommitAsync([Change.Put(Table.Audit, third.Key, entry), Change.Delete(Table.Audit, $"{5:d16}")]);
        Assert.Null(appliance.Audit.Check().Mistake);
        Assert.StartsWith("no entry has the hash", appliance.Audit.Check(whole.Head).Mistake, StringComparison.Ordinal);
        await store.CommitAsync([Change.Delete(Table.Audit, $"{1:d16}")]);
        Assert.Equal("entries 1 to 1 are missing, and were not removed by retention", appliance.Audit.Check().Mistake);
    }

    [Fact]
    public async Task Old_entries_go_and_the_chain_says_so()
    {
        var clock = new LeapingTime();
        await using var appliance = await ServedAppliance.StartAsync(time: clock);
        for (var i = 1; i <= 3; i++)
            await appliance.Audit.AddAsync("root", "socket", $"POST /{i}", [], 200);
        clock.Leap(TimeSpan.FromDays(10));
        await appliance.Audit.AddAsync("root", "socket", "POST /4", [], 200);

        await appliance.Audit.RemoveOldAsync(TimeSpan.FromDays(5));
        var check = appliance.Audit.Check();
        Assert.Equal((2, 4L, 5L, null), (check.Entries, check.First, check.Last, check.Mistake));
        Assert.Equal("1-3", appliance.Audit.Newest().First().Detail);
        Assert.Equal(5, new AuditLog(appliance.Store.Store, appliance.Store.Events, clock).Newest().First().Id);
    }

    [Fact]
    public async Task Nothing_that_comes_from_outside_breaks_a_line_of_the_audit()
    {
        await using var appliance = await ServedAppliance.StartAsync();
        await appliance.Audit.AddAsync("root\nroot", "socket", "POST /a\r\nb\ud800", [], 200, "x\u0000y");
        var entry = appliance.Audit.Newest().Single();
        Assert.Equal(("root?root", "POST /a??b?", "x?y"), (entry.Who, entry.What, entry.Detail));
        Assert.Null(appliance.Audit.Check().Mistake);
    }

    private static async Task<IReadOnlyList<AuditEntry>> EntriesAsync(ServedAppliance appliance, string query = "")
    {
        using var answer = await appliance.SendAsync(HttpMethod.Get, $"{ApiPaths.Audit}?{query}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<ItemList<AuditEntry>>(Document.Json))!.Items;
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
