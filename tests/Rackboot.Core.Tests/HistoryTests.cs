using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Storage;
using Rackboot.Core.Tests.Support;

namespace Rackboot.Core.Tests;

/// <summary>What is kept of what was: for how long, how much, and of machines that are no more.</summary>
public sealed class HistoryTests
{
    private const string A = "52:54:00:00:00:0a";
    private const double Day = 86_400;

    [Fact]
    public async Task The_boots_of_a_deleted_machine_are_found_by_its_name_and_by_their_id_over_a_restart_too()
    {
        await using var rack = Rack.Start();
        var machine = await DescribedAsync(rack, "node-01");
        rack.Boots.Note(machine, BootStage.Program, "tftp", "fetches iPXE");
        rack.Clock.Pass(60);
        var last = rack.Boots.Note(machine, BootStage.Firmware, "dhcp", "asks again", change: b => b with { TokenSha256 = "t" });
        Assert.NotNull(rack.Boots.WithToken("t"));

        Assert.Null(await rack.Inventory.DeleteMachineAsync("node-01", null));
        Assert.Null(rack.Boots.WithToken("t"));
        Assert.Null(rack.Boots.Current(machine.Id));
        await rack.RestartAsync();

        Assert.Null(rack.Boots.WithToken("t"));
        Assert.Null(rack.Boots.Current(machine.Id));
        Assert.Equal(2, rack.Boots.Newest(machine: "node-01").Count);
        var kept = rack.Boots.Find(last.Id)!;
        Assert.Equal((BootOutcome.Superseded, "the machine was deleted"), (kept.Outcome, kept.Now));
        Assert.Equal(["asks again"], rack.Boots.Timeline(last.Id).Select(e => e.Text));
    }

    [Fact]
    public async Task A_new_machine_of_the_same_name_has_boots_of_its_own_beside_those_of_the_deleted_one()
    {
        await using var rack = Rack.Start();
        var first = await DescribedAsync(rack, "node-01");
        rack.Boots.Note(first, BootStage.Firmware, "dhcp", "asks");
        await rack.Inventory.DeleteMachineAsync("node-01", null);
        var second = await DescribedAsync(rack, "node-01");
        var boot = rack.Boots.Note(second, BootStage.Firmware, "dhcp", "asks");
        Assert.Equal(boot.Id, rack.Boots.Current(second.Id)!.Id);
        Assert.Equal(2, rack.Boots.Newest(machine: "node-01").Count);
        Assert.Null(rack.Boots.LastDelivery(second.Id));
    }

    [Fact]
    public async Task Boots_go_when_they_ended_long_ago_and_the_newest_of_a_machine_stays_however_old()
    {
        await using var rack = Rack.Start();
        var (stays, gone) = (await DescribedAsync(rack, "stays"), await DescribedAsync(rack, "gone"));
        rack.Boots.Note(gone, BootStage.Firmware, "dhcp", "asks");
        rack.Boots.Note(stays, BootStage.Firmware, "dhcp", "one");
        rack.Clock.Pass(100 * Day);
        rack.Boots.Note(stays, BootStage.Program, "tftp", "two");
        var newest = rack.Boots.Note(stays, BootStage.Firmware, "dhcp", "three");
        await rack.Inventory.DeleteMachineAsync("gone", null);

        rack.Clock.Pass(89 * Day);
        rack.Boots.Prune();
        Assert.Equal(3, rack.Boots.Newest().Count);
        rack.Clock.Pass(2 * Day);
        rack.Boots.Prune();
        Assert.Equal(newest.Id, Assert.Single(rack.Boots.Newest()).Id);
        await rack.SettleAsync();
        Assert.Single(rack.Store.Load(Table.Boots));
        Assert.Single(rack.Store.Load(Table.Timelines));
    }

    [Fact]
    public async Task Boots_that_an_earlier_version_left_of_a_machine_that_is_no_more_become_history()
    {
        await using var rack = Rack.Start();
        var boot = rack.Boots.Note(rack.See(A), BootStage.Firmware, "dhcp", "asks", change: b => b with { TokenSha256 = "t" });
        rack.Boots.Retire(_ => false);
        Assert.Null(rack.Boots.Current(boot.Machine));
        Assert.Null(rack.Boots.WithToken("t"));
        Assert.Equal(boot.Id, Assert.Single(rack.Boots.Newest()).Id);
    }

    [Fact]
    public async Task Less_history_takes_effect_at_once()
    {
        await using var rack = Rack.Start();
        var machine = await DescribedAsync(rack, "node-01");
        for (var i = 0; i < 10; i++)
        {
            rack.Boots.Note(machine, BootStage.Firmware, "dhcp", "asks");
            rack.Boots.Note(machine, BootStage.Program, "tftp", "fetches");
            rack.Clock.Pass(Day);
        }

        Assert.Equal(10, rack.Boots.Newest().Count);
        rack.Boots.History = rack.Boots.History with { Boots = TimeSpan.FromDays(3.5) };
        Assert.Equal(4, rack.Boots.Newest().Count);
    }

    // Whatever happens in whatever order, what is kept fits, and is what is on disk.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Boots_and_timelines_never_take_more_on_disk_than_is_allowed(int seed)
    {
        const long Most = 64 * 1024;
        var random = new Random(seed);
        await using var rack = Rack.Start();
        rack.Boots.History = new HistorySettings { BootBytes = Most, BootsPerMachine = random.Next(2, 30) };
        var machines = new List<Machine>();
        var made = 0;
        for (var i = 0; i < 600; i++)
        {
            rack.Clock.Pass(random.Next(0, 300));
            if (machines.Count < 4)
                machines.Add(await DescribedAsync(rack, $"node-{++made}"));
            var at = random.Next(machines.Count);
            if (random.Next(40) == 0)
            {
                Assert.Null(await rack.Inventory.DeleteMachineAsync(machines[at].Name, null));
                machines.RemoveAt(at);
                continue;
            }

            var stage = (BootStage)random.Next((int)BootStage.System);
            if (rack.Boots.Current(machines[at].Id) is { Entries: > 10 })
                stage = BootStage.Firmware; // no boot under way grows without end
            rack.Boots.Note(machines[at], stage, "dhcp", $"{i} {new string('x', random.Next(300))}");
            Assert.InRange(rack.Boots.Bytes, 0, Most);
            if (i % 100 == 0)
                await AssertStoredAsync(rack, Most);
        }

        await rack.RestartAsync();
        await AssertStoredAsync(rack, Most);
        Assert.True(rack.Boots.Newest().Count > 10, "there was room for more");
    }

    [Fact]
    public async Task Events_go_when_they_are_old_and_when_they_are_many()
    {
        await using var rack = Rack.Start();
        rack.Events.Add("test", Level.Info, null, null, "old");
        rack.Clock.Pass(89 * Day);
        for (var i = 0; i < 10; i++)
            rack.Events.Add("test", Level.Info, null, null, $"new {i}");
        rack.Events.Sweep();
        Assert.Equal(11, await StoredEventsAsync(rack));
        rack.Clock.Pass(2 * Day);
        rack.Events.Sweep();
        Assert.Equal(10, await StoredEventsAsync(rack));
        rack.Events.History = rack.Events.History with { MostEvents = 4 };
        rack.Events.Sweep();
        Assert.Equal(4, await StoredEventsAsync(rack));
    }

    private static async Task<Machine> DescribedAsync(Rack rack, string name)
    {
        var applied = await rack.Inventory.PutMachineAsync(name, new MachineSpec { Serial = $"S-{name}" }, null, null, dryRun: false);
        Assert.Null(applied.Refusal);
        return applied.Document!;
    }

    private static async Task AssertStoredAsync(Rack rack, long most)
    {
        await rack.SettleAsync();
        var (boots, entries) = (rack.Store.Load(Table.Boots), rack.Store.Load(Table.Timelines));
        Assert.InRange(boots.Concat(entries).Sum(d => d.Key.Length + d.Body.Length), 1, most);
        Assert.Equal(rack.Boots.Newest().Select(b => b.Id).Order(StringComparer.Ordinal), boots.Select(d => d.Key));
        Assert.All(entries, e => Assert.NotNull(rack.Boots.Find(e.Key.Split('/')[0])));
    }

    private static async Task<int> StoredEventsAsync(Rack rack)
    {
        await rack.SettleAsync();
        return rack.Store.Load(Table.Events).Count;
    }
}
