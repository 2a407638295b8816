using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Storage;
using Rackboot.Core.Tests.Support;

namespace Rackboot.Core.Tests;

public sealed class BootLogTests
{
    private const string A = "52:54:00:00:00:0a";

    [Fact]
    public async Task A_boot_is_stored_in_the_order_of_its_changes()
    {
        var store = Substitute.For<IStore>();
        store.Load(default, "").ReturnsForAnyArgs([]);
        var clock = new Clock();
        var boots = new BootLog(store, new EventLog(store, clock, NullLogger<EventLog>.Instance), clock);
        var machine = new Machine
        {
            Id = new MachineId("m"), Name = "m", Observed = new MachineObservation { FirstSeen = clock.Now, LastSeen = clock.Now },
        };
        boots.Note(machine, BootStage.Script, "ipxe", "one");
        var meanwhile = new Thread(() => boots.Note(machine, BootStage.Kernel, "http", "two"));
        var committed = false;
        var early = false;
        store.When(s => s.Post(Arg.Any<Change>())).Do(_ => early |= !Volatile.Read(ref committed));
        store.CommitAsync(default!).ReturnsForAnyArgs(_ =>
        {
            meanwhile.Start();
            SpinWait.SpinUntil(() => !meanwhile.IsAlive || meanwhile.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
            Volatile.Write(ref committed, true);
            return Task.CompletedTask;
        });
        await boots.CommitAsync(machine.Id, b => b with { TokenSha256 = "t" });
        meanwhile.Join();
        Assert.False(early, "what happened after the commit was handed to the store before it");
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(16, true)]
    [InlineData(300, false)] // whatever that was, no program waits so long for a router
    public async Task A_timeline_says_where_iPXE_waited_for_an_IPv6_router(int seconds, bool said)
    {
        await using var rack = Rack.Start();
        var machine = rack.See(A);
        rack.Boots.Note(machine, BootStage.Ipxe, "dhcp", "gave 10.20.0.21");
        rack.Clock.Pass(seconds);
        rack.Boots.Note(machine, BootStage.Script, "ipxe", "boots default");
        var boot = Assert.Single(rack.Boots.Newest());
        Assert.Equal("boots default", boot.Now);
        Assert.Equal(said ? 3 : 2, rack.Boots.Timeline(boot.Id).Count);
        if (said)
            Assert.StartsWith("iPXE was silent for 16 s before this: most likely it waited for an IPv6 router",
                rack.Boots.Timeline(boot.Id)[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_stages_of_a_boot_are_kept_with_their_times_and_never_go_back()
    {
        await using var rack = Rack.Start();
        var machine = rack.See(A);
        foreach (var stage in Enum.GetValues<BootStage>())
        {
            rack.Clock.Pass(1);
            rack.Boots.Note(machine, stage, "test", $"at {stage}");
        }

        rack.Boots.Note(machine, BootStage.Kernel, "test", "late news of the kernel");
        var boot = Assert.Single(rack.Boots.Newest());
        Assert.Equal(BootStage.Reported, boot.Stage);
        Assert.Equal(Enum.GetValues<BootStage>(), boot.Stages.Keys);
        Assert.Equal(boot.Stages.Values, boot.Stages.Values.Order());
        Assert.Equal("late news of the kernel", rack.Boots.Timeline(boot.Id)[^1].Text);
    }

    [Theory]
    [InlineData(BootStage.Firmware, BootStage.Firmware, 1, false)] // firmware asks several times
    [InlineData(BootStage.Firmware, BootStage.Firmware, 121, true)]
    [InlineData(BootStage.Program, BootStage.Firmware, 1, true)]
    [InlineData(BootStage.Reported, BootStage.Firmware, 1, true)]
    [InlineData(BootStage.Firmware, BootStage.Ipxe, 1, false)]
    [InlineData(BootStage.Program, BootStage.Ipxe, 1, false)]
    [InlineData(BootStage.Ipxe, BootStage.Ipxe, 1, false)]
    [InlineData(BootStage.Script, BootStage.Ipxe, 1, true)] // iPXE in a card's ROM, after a reset
    [InlineData(BootStage.Reported, BootStage.Ipxe, 1, true)]
    [InlineData(BootStage.Ipxe, BootStage.Program, 1, false)]
    [InlineData(BootStage.Kernel, BootStage.Script, 1, false)]
    [InlineData(BootStage.Kernel, BootStage.Kernel, 1, false)]
    [InlineData(BootStage.Reported, BootStage.System, 1, false)]
    public async Task A_program_that_runs_before_the_stage_reached_begins_a_new_boot(
        BootStage reached, BootStage asks, int later, bool anew)
    {
        await using var rack = Rack.Start();
        var machine = rack.See(A);
        var boot = rack.Boots.Note(machine, reached, "test", "reached", change: b => b with { TokenSha256 = "t" });
        rack.Clock.Pass(later);
        Assert.Equal(anew, rack.Boots.Note(machine, asks, "test", "asks").Id != boot.Id);
        Assert.Equal(anew ? BootOutcome.Superseded : BootOutcome.Running, rack.Boots.Find(boot.Id)!.Outcome);
        Assert.Equal(boot.Id, rack.Boots.WithToken("t")!.Id); // a packet in the machine's name voids nothing; its own next token does
    }

    [Theory]
    [InlineData(BootOutcome.Disk)]
    [InlineData(BootOutcome.Succeeded)]
    public async Task A_boot_that_is_over_stays_as_it_ended_when_the_next_begins(BootOutcome outcome)
    {
        await using var rack = Rack.Start();
        var machine = rack.See(A);
        var boot = rack.Boots.Note(machine, BootStage.Ipxe, "test", "ended", change: b => b with { Outcome = outcome });
        Assert.NotEqual(boot.Id, rack.Boots.Note(machine, BootStage.Ipxe, "test", "asks").Id);
        Assert.Equal(outcome, rack.Boots.Find(boot.Id)!.Outcome);
    }

    [Theory]
    [InlineData(BootStage.Firmware, 120)]
    [InlineData(BootStage.Script, 120)]
    [InlineData(BootStage.Kernel, 300)]
    [InlineData(BootStage.Configured, 300)]
    public async Task A_boot_without_progress_is_marked_stalled_once_and_runs_again_when_bytes_of_a_file_arrive(BootStage stage, int limit)
    {
        await using var rack = Rack.Start();
        var machine = rack.See(A);
        rack.Boots.Note(machine, stage, "test", "asks");
        rack.Boots.FileBegan(machine, stage, "http", "kernel", 1000);
        rack.Clock.Pass(limit);
        rack.Boots.MarkStalled();
        Assert.Equal(BootOutcome.Running, rack.Boots.Current(machine.Id)!.Outcome);
        rack.Clock.Pass(1);
        rack.Boots.MarkStalled();
        rack.Boots.MarkStalled();
        Assert.Equal(BootOutcome.Stalled, rack.Boots.Current(machine.Id)!.Outcome);
        await rack.SettleAsync();
        Assert.Equal($"no progress for {limit + 1} s; for the cause: rackboot explain {machine.Name}",
            Assert.Single(rack.EventsSoFar(), e => e.Kind == "boot.stalled").Text);
        rack.Boots.Remark(machine.Id, "test", "asks again");
        Assert.Equal(BootOutcome.Stalled, rack.Boots.Current(machine.Id)!.Outcome);
        rack.Boots.FileMoved(machine.Id, "kernel", 1);
        Assert.Equal(BootOutcome.Running, rack.Boots.Current(machine.Id)!.Outcome);
    }

    [Theory]
    [InlineData(BootOutcome.Waiting)]
    [InlineData(BootOutcome.Disk)]
    [InlineData(BootOutcome.Succeeded)]
    [InlineData(BootOutcome.Failed)]
    public async Task Only_a_running_boot_stalls(BootOutcome outcome)
    {
        await using var rack = Rack.Start();
        var machine = rack.See(A);
        rack.Boots.Note(machine, BootStage.Script, "test", "ended", change: b => b with { Outcome = outcome });
        rack.Clock.Pass(86_400);
        rack.Boots.MarkStalled();
        Assert.Equal(outcome, rack.Boots.Current(machine.Id)!.Outcome);
    }

    [Fact]
    public async Task A_timeline_is_bounded_and_what_repeats_stands_on_it_once()
    {
        await using var rack = Rack.Start();
        var machine = rack.See(A);
        for (var i = 0; i < 50; i++)
            rack.Boots.Note(machine, BootStage.Script, "ipxe", i % 2 == 0 ? "waits" : "waits for another reason");
        Assert.Equal(2, rack.Boots.Timeline(rack.Boots.Current(machine.Id)!.Id).Count);
        for (var i = 0; i < 2000; i++)
            rack.Boots.Remark(machine.Id, "talos", $"line {i}");
        var boot = rack.Boots.Current(machine.Id)!;
        Assert.Equal(1000, rack.Boots.Timeline(boot.Id).Count);
        await rack.SettleAsync();
        Assert.Equal(1000, rack.Store.Load(Table.Timelines, boot.Id + "/").Count);
        rack.Boots.Note(machine, BootStage.Reported, "talos", "reports");
        Assert.Equal((BootStage.Reported, "reports"), (rack.Boots.Current(machine.Id)!.Stage, rack.Boots.Current(machine.Id)!.Now));
    }

    [Fact]
    public async Task The_newest_boots_of_a_machine_are_kept_and_the_timelines_of_older_ones_go_with_them()
    {
        await using var rack = Rack.Start();
        var machine = rack.See(A);
        for (var i = 0; i < 40; i++)
        {
            rack.Clock.Pass(10);
            rack.Boots.Note(machine, BootStage.Firmware, "dhcp", "asks");
            rack.Boots.Note(machine, BootStage.Program, "tftp", "fetches");
        }

        var kept = rack.Boots.Newest();
        Assert.Equal(20, kept.Count);
        Assert.Equal(kept.Select(b => b.Started).OrderDescending(), kept.Select(b => b.Started));
        await rack.SettleAsync();
        Assert.Equal(kept.Select(b => b.Id).Order(), rack.Store.Load(Table.Boots).Select(d => d.Key));
        Assert.Equal(40, rack.Store.Load(Table.Timelines).Count);
        Assert.Equal(2, rack.Boots.Timeline(kept[^1].Id).Count);
    }

    [Fact]
    public async Task Boots_go_on_after_a_restart_where_they_were()
    {
        await using var rack = Rack.Start();
        var machine = rack.See(A);
        var first = rack.Boots.Note(machine, BootStage.Program, "tftp", "one");
        rack.Clock.Pass(5);
        var second = rack.Boots.Note(machine, BootStage.Firmware, "dhcp", "two");
        await rack.RestartAsync();
        Assert.Equal([second.Id, first.Id], rack.Boots.Newest().Select(b => b.Id));
        Assert.Equal(second.Id, rack.Boots.Note(machine, BootStage.Program, "tftp", "three").Id);
        Assert.Equal(["two", "three"], rack.Boots.Timeline(second.Id).Select(e => e.Text));
        Assert.Equal(["one"], rack.Boots.Timeline(first.Id).Select(e => e.Text));
    }

    [Fact]
    public async Task The_boots_of_a_machine_that_was_seen_as_two_are_one_row()
    {
        await using var rack = Rack.Start();
        var (one, two) = (rack.See(A), rack.See("52:54:00:00:00:0b"));
        rack.Boots.Note(one, BootStage.Program, "tftp", "yesterday", change: b => b with { TokenSha256 = "t" });
        rack.Clock.Pass(86_400);
        rack.Boots.Note(two, BootStage.Program, "tftp", "last boot but one");
        rack.Clock.Pass(86_400);
        var now = rack.Boots.Note(two, BootStage.Firmware, "dhcp", "now");
        rack.Boots.Inherit(two.Id, one.Id);
        Assert.Equal(3, rack.Boots.Newest().Count(b => b.Machine == one.Id));
        Assert.Equal(now.Id, rack.Boots.Current(one.Id)!.Id);
        Assert.Null(rack.Boots.WithToken("t"));
        await rack.RestartAsync();
        Assert.Equal(now.Id, rack.Boots.Current(one.Id)!.Id);
        Assert.Equal([BootOutcome.Running, BootOutcome.Superseded, BootOutcome.Superseded], rack.Boots.Newest().Select(b => b.Outcome));
        Assert.All(rack.Boots.Newest(), b => Assert.Equal(one.Id, b.Machine));
    }

    [Fact]
    public async Task Asking_again_renewing_and_fetching_the_same_file_again_are_no_progress()
    {
        await using var rack = Rack.Start();
        var machine = rack.See(A);
        rack.Boots.Note(machine, BootStage.Kernel, "test", "fetches");
        rack.Boots.FileBegan(machine, BootStage.Kernel, "http", "kernel", 1000);
        rack.Boots.FileArrived(machine, BootStage.Kernel, "http", "kernel", 1000, TimeSpan.FromSeconds(1));
        for (var i = 0; i < 31; i++)
        {
            rack.Clock.Pass(10);
            rack.Boots.Note(machine, BootStage.Kernel, "dhcp", "renews", fact: new Fact(FactKind.Offered));
            rack.Boots.FileBegan(machine, BootStage.Kernel, "http", "kernel", 1000);
            rack.Boots.FileArrived(machine, BootStage.Kernel, "http", "kernel", 1000, TimeSpan.FromSeconds(1));
            rack.Boots.Remark(machine.Id, "config", "refused", Level.Warning);
        }

        rack.Boots.MarkStalled();
        var boot = rack.Boots.Current(machine.Id)!;
        Assert.Equal((BootOutcome.Stalled, 31, 32), (boot.Outcome, boot.Asks, boot.Files["kernel"].Tries));
    }

    [Theory]
    [InlineData(7201)]
    [InlineData(-7201)]
    public async Task A_wall_clock_that_jumps_stalls_nothing(int seconds)
    {
        await using var rack = Rack.Start();
        var machine = rack.See(A);
        rack.Boots.Note(machine, BootStage.Firmware, "test", "asks");
        rack.Clock.Set(rack.Clock.Now.AddSeconds(seconds));
        rack.Boots.MarkStalled();
        Assert.Equal(BootOutcome.Running, rack.Boots.Current(machine.Id)!.Outcome);
        rack.Clock.Pass(121);
        rack.Boots.MarkStalled();
        Assert.Equal(BootOutcome.Stalled, rack.Boots.Current(machine.Id)!.Outcome);
    }

    [Fact]
    public async Task What_a_stage_usually_takes_is_learned_from_boots_that_went_on()
    {
        await using var rack = Rack.Start();
        var machine = rack.See(A);
        Assert.Equal((TimeSpan.FromSeconds(30), 0), rack.Boots.Usual.Usual(BootStage.Kernel));
        for (var i = 0; i < 8; i++)
        {
            rack.Boots.Note(machine, BootStage.Firmware, "test", "asks");
            rack.Boots.Note(machine, BootStage.Kernel, "test", "fetches");
            rack.Clock.Pass(60 + i);
            rack.Boots.Note(machine, BootStage.System, "test", "is up");
        }

        var (limit, boots) = rack.Boots.Usual.Usual(BootStage.Kernel);
        Assert.Equal(8, boots);
        Assert.InRange(limit, TimeSpan.FromSeconds(67), TimeSpan.FromSeconds(110));
    }
}
