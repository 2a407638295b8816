using System.Net;
using System.Text;
using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Storage;
using Rackboot.Core.Tests.Support;
using Rackboot.Talos;

namespace Rackboot.Core.Tests;

public sealed class TalosReportsTests
{
    private const string A = "52:54:00:00:00:0a";
    private static readonly IPAddress At = IPAddress.Parse("10.20.0.50");

    [Fact]
    public async Task A_machine_has_reported_when_its_log_arrives_after_its_configuration()
    {
        await using var rack = Rack.Start();
        await rack.ProfileAsync();
        var node = await rack.AcceptAsync("node", new MachineSpec { Macs = [Rack.Mac(A)], Profile = "default" }, "secret");
        rack.Lease(At, node.Id, A);
        await rack.ScriptAsync(A, At);
        Say(rack, "Linux version 6.12");
        Assert.Equal((BootStage.Script, BootOutcome.Running), Where(rack, node));
        await rack.Configs.DeliveredAsync(node, rack.Boots.Current(node.Id)!, At, 6);
        Say(rack, " installing \n");
        Assert.Equal((BootStage.Reported, BootOutcome.Succeeded), Where(rack, node));
        Assert.Equal("reports: installing", rack.Boots.Current(node.Id)!.Now);
    }

    [Fact]
    public async Task A_machine_without_a_configuration_has_reported_with_its_first_line()
    {
        await using var rack = Rack.Start();
        var node = Starts(rack);
        Say(rack, "maintenance mode");
        Assert.Equal((BootStage.Reported, BootOutcome.Succeeded), Where(rack, node));
    }

    [Fact]
    public async Task The_last_words_of_the_old_system_do_not_end_the_boot_that_just_began()
    {
        await using var rack = Rack.Start();
        var node = rack.See(A);
        rack.Lease(At, node.Id, A);
        rack.Boots.Note(node, BootStage.Firmware, "dhcp", "asks");
        Say(rack, "shutting down");
        Assert.Equal((BootStage.Firmware, BootOutcome.Running), Where(rack, node));
        Assert.Single(rack.Boots.Timeline(rack.Boots.Current(node.Id)!.Id));
    }

    [Fact]
    public async Task What_comes_from_an_address_that_is_no_machines_is_nobodys()
    {
        await using var rack = Rack.Start();
        var node = rack.See(A);
        rack.Boots.Note(node, BootStage.Kernel, "http", "fetches kernel");
        Say(rack, "hello");
        Assert.Equal((BootStage.Kernel, BootOutcome.Running), Where(rack, node));
    }

    [Fact]
    public async Task Errors_are_marked_and_a_talkative_machine_fills_only_part_of_its_timeline()
    {
        await using var rack = Rack.Start();
        var node = Starts(rack);
        Say(rack, "up");
        Say(rack, "no disk", "error");
        for (var i = 0; i < 5000; i++)
            Say(rack, $"line {i}");
        var timeline = rack.Boots.Timeline(rack.Boots.Current(node.Id)!.Id);
        Assert.Equal("no disk", Assert.Single(timeline, e => e.Level == Level.Error).Text);
        Assert.Equal(300, timeline.Count);
    }

    [Fact]
    public async Task Lines_beyond_those_of_a_minute_are_dropped_counted_and_said_over_every_boot()
    {
        await using var rack = Rack.Start();
        var node = rack.See("525400000001");
        rack.Lease(At, node.Id, "525400000001");
        for (var boot = 0; boot < 20; boot++)
        {
            rack.Boots.Note(node, BootStage.Firmware, "dhcp", "asks for an address");
            rack.Boots.Note(node, BootStage.Kernel, "http", "fetches kernel");
            for (var i = 0; i < 300; i++)
                Say(rack, $"{boot} {i} {new string('x', 60_000)}");
        }

        Assert.Equal(5396, // of the first two boots a few more lines than a timeline takes were only looked at
             rack.Counters.Snapshot()["logs.dropped (more lines in a minute than are kept)"]);
        await rack.SettleAsync();
        var stored = rack.Store.Load(Table.Timelines).Concat(rack.Store.Load(Table.Boots)).Concat(rack.Store.Load(Table.Events)).ToList();
        Assert.InRange(stored.Sum(d => d.Body.Length), 0, 2_000_000);
        rack.Clock.Pass(61);
        rack.Reports.Sweep();
        Assert.Equal("dropped 5,396 lines of its kernel log: more than 600 arrived in a minute",
            rack.Boots.Timeline(rack.Boots.Current(node.Id)!.Id)[^1].Text);
        Say(rack, "quiet again");
        Assert.Equal("reports: quiet again", rack.Boots.Timeline(rack.Boots.Current(node.Id)!.Id)[^1].Text);
    }

    [Fact]
    public async Task Lines_that_come_together_are_one_row_of_the_store_and_are_read_back_one_by_one()
    {
        await using var rack = Rack.Start();
        var node = Starts(rack);
        Say(rack, "up");
        rack.Reports.Received(At, [.. Enumerable.Range(0, 10).Select(i => new KernelLogMessage("info", "user", $"line {i}"))]);
        var boot = rack.Boots.Current(node.Id)!;
        var said = rack.Boots.Timeline(boot.Id).Select(e => e.Text).ToList();
        Assert.Equal(12, boot.Entries);
        rack.Boots.StoreRemarks();
        await rack.SettleAsync();
        Assert.Equal(3, rack.Store.Load(Table.Timelines, boot.Id + "/").Count);
        rack.Boots.Remark(node.Id, "talos", [new Remark("its last words", Level.Info, default)]);
        rack.Boots.Note(node, BootStage.Firmware, "dhcp", "starts over"); // what is over is read from the store
        await rack.SettleAsync();
        Assert.Equal([.. said, "its last words"], rack.Boots.Timeline(boot.Id).Select(e => e.Text));
    }

    [Fact]
    public void An_entry_of_a_row_has_only_what_differs_from_the_one_before_and_is_read_back_whole()
    {
        var time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var first = new TimelineEntry(time, BootStage.System, "talos", Level.Info, "one") { After = TimeSpan.FromSeconds(7) };
        TimelineEntry[] entries =
        [
            first,
            first with { Text = "two" },
            first with { Text = "three", Level = Level.Error, Kind = FactKind.SystemFault, About = "kernel-panic" },
            first with { Text = "four", Time = time.AddSeconds(1), After = TimeSpan.FromSeconds(8), Stage = BootStage.Reported },
            first with { Text = "five", Source = "dhcp", Progress = true },
        ];
        var body = TimelineRow.Put("b/00001", entries).Body!;
        Assert.Contains("{\"text\":\"two\"},", Encoding.UTF8.GetString(body), StringComparison.Ordinal);
        Assert.Equal(entries, TimelineRow.Read(new StoredDocument("b/00001", 1, body)));
        Assert.Equal([first], TimelineRow.Read(new StoredDocument("b/00002", 1, TimelineRow.Put("b/00002", [first]).Body!)));
        // As earlier versions wrote rows.
        var whole = Change.Put(Table.Timelines, "b/00003", entries).Body!;
        Assert.Equal(entries, TimelineRow.Read(new StoredDocument("b/00003", 1, whole)));
    }

    [Fact]
    public async Task A_timeline_goes_on_where_it_ended_though_the_daemon_ended_before_the_record_of_the_boot_followed()
    {
        await using var rack = Rack.Start();
        var node = Starts(rack);
        Say(rack, "up");
        rack.Reports.Received(At, [.. Enumerable.Range(0, 3).Select(i => new KernelLogMessage("info", "user", $"line {i}"))]);
        var before = rack.Boots.Current(node.Id)! with { Entries = 2 };
        rack.Boots.StoreRemarks();
        await rack.Store.CommitAsync([Change.Put(Table.Boots, before.Id, before)]);
        var again = new BootLog(rack.Store, rack.Events, rack.Clock);
        again.Remark(node.Id, "talos", [new Remark("line 3", Level.Info, default)]);
        again.StoreRemarks();
        await rack.SettleAsync();
        Assert.Equal(["fetches kernel", "reports: up", "line 0", "line 1", "line 2", "line 3"],
            new BootLog(rack.Store, rack.Events, rack.Clock).Timeline(again.Current(node.Id)!.Id).Select(e => e.Text));
    }

    [Fact]
    public async Task What_ends_a_boot_is_seen_after_any_number_of_lines_that_say_nothing()
    {
        await using var rack = Rack.Start();
        var node = Starts(rack);
        rack.Reports.Received(At, [.. Enumerable.Range(0, 5000).Select(i => new KernelLogMessage("info", "user", $"line {i}"))]);
        Say(rack, "failed to validate config: machine.install.disk is missing", "error");
        Assert.Equal(BootOutcome.Failed, rack.Boots.Current(node.Id)!.Outcome);
        Assert.Equal(5001, rack.Counters.Snapshot()["logs.lines"]);
        Assert.DoesNotContain(rack.Counters.Snapshot(), c => c.Key.StartsWith("logs.dropped", StringComparison.Ordinal));
    }

    // A machine with an address, whose kernel is on its way.
    private static Machine Starts(Rack rack)
    {
        var node = rack.See(A);
        rack.Lease(At, node.Id, A);
        rack.Boots.Note(node, BootStage.Kernel, "http", "fetches kernel");
        return node;
    }

    private static (BootStage, BootOutcome) Where(Rack rack, Machine machine) =>
        (rack.Boots.Current(machine.Id)!.Stage, rack.Boots.Current(machine.Id)!.Outcome);

    private static void Say(Rack rack, string text, string level = "info") =>
        rack.Reports.Received(At, [new KernelLogMessage(level, "user", text)]);
}
