using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Power;
using Rackboot.Core.Tests.Support;

namespace Rackboot.Core.Tests;

public sealed class ExplainerTests
{
    private const string A = "52:54:00:00:00:0a";

    private static readonly BootAnswer Next = new BootAnswer.Wait("because it is so", IsProblem: false);

    [Fact]
    public async Task A_stalled_boot_is_explained_by_what_went_wrong_before_it_stalled()
    {
        await using var rack = Rack.Start();
        var machine = rack.See(A);
        rack.Boots.Note(machine, BootStage.Firmware, "dhcp", "asked");
        rack.Boots.Remark(machine.Id, "dhcp", "another DHCP server, 10.20.0.9, answered first", Level.Warning);
        rack.Clock.Pass(600);
        rack.Boots.MarkStalled();
        var boot = rack.Boots.Current(machine.Id)!;
        var explained = Explainer.Explain(machine, boot, rack.Boots.Timeline(boot.Id), new BootAnswer.Wait("x", false), rack.Clock.Now);
        Assert.Contains("10.20.0.9, answered first", explained.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_was_never_seen_is_explained_by_what_to_look_at_and_what_it_would_get()
    {
        await using var rack = Rack.Start();
        var explained = Explainer.Explain(rack.See(A), null, [], Next, rack.Clock.Now);
        Assert.Contains("has not been seen booting", explained.Verdict, StringComparison.Ordinal);
        Assert.Contains("boot order", explained.Remedy, StringComparison.Ordinal);
        Assert.Equal(["When it boots it gets: because it is so"], explained.Findings);
    }

    [Fact]
    public async Task A_machine_that_its_bmc_says_is_off_is_explained_by_that()
    {
        await using var rack = Rack.Start();
        var machine = rack.See(A);
        var off = new PowerReading(PowerState.Off, rack.Clock.Now.AddSeconds(-12), null);
        var remedy = $"Its BMC says that it is off (12 s ago); switch it on: rackboot power on {machine.Name}";
        Assert.Equal(remedy, Explainer.Explain(machine, null, [], Next, rack.Clock.Now, off).Remedy);
        rack.Boots.Note(machine, BootStage.Firmware, "dhcp", "asked");
        rack.Clock.Pass(600);
        rack.Boots.MarkStalled();
        var stalled = Explainer.Explain(
            machine, rack.Boots.Current(machine.Id), [], Next, rack.Clock.Now, off with { Read = rack.Clock.Now.AddSeconds(-12) });
        Assert.Equal(remedy, stalled.Remedy);
        Assert.NotEqual(remedy, Explainer.Explain(machine, null, [], Next, rack.Clock.Now, off with { State = PowerState.On }).Remedy);
    }

    [Theory]
    [InlineData(BootOutcome.Running, BootStage.Kernel, "is booting: stage kernel, 90 s ago: text", null)]
    [InlineData(BootOutcome.Waiting, BootStage.Script, "waits at the network stage: text", null)]
    [InlineData(BootOutcome.Disk, BootStage.Script, "was sent to its disk 90 s ago. Whether its system came up is not known.", null)]
    [InlineData(BootOutcome.Succeeded, BootStage.Reported, "booted default and reported 90 s ago.", null)]
    [InlineData(BootOutcome.Stalled, BootStage.Ipxe, "stopped at stage iPXE: text", "The last thing that was wrong: the cable")]
    [InlineData(BootOutcome.Failed, BootStage.Firmware, "failed at stage firmware: text", "The last thing that was wrong: the cable")]
    public async Task Every_outcome_has_its_words(BootOutcome outcome, BootStage stage, string verdict, string? remedy)
    {
        await using var rack = Rack.Start();
        var machine = rack.See(A);
        var boot = rack.Boots.Note(machine, stage, "test", "text", change: b => b with { Outcome = outcome, Profile = "default" });
        rack.Boots.Remark(machine.Id, "dhcp", "the cable", Level.Warning);
        rack.Boots.Remark(machine.Id, "dhcp", "all is well");
        rack.Clock.Pass(90);
        var explained = Explainer.Explain(machine, boot, rack.Boots.Timeline(boot.Id), Next, rack.Clock.Now);
        Assert.Equal(($"{machine.Name} {verdict}", remedy), (explained.Verdict, explained.Remedy));
        Assert.Equal(["03:04:05  +   0.0 s  test     text", "03:04:05  +   0.0 s  dhcp     warning: the cable",
            "03:04:05  +   0.0 s  dhcp     all is well"], explained.Findings);
    }

    [Fact]
    public async Task A_waiting_machine_whose_reason_is_gone_is_told_what_it_will_get()
    {
        await using var rack = Rack.Start();
        var machine = rack.See(A);
        var boot = rack.Boots.Note(
            machine, BootStage.Script, "ipxe", "waits: no profile", change: b => b with { Outcome = BootOutcome.Waiting });
        var explained = Explainer.Explain(
            machine, boot, [], new BootAnswer.Disk(Machines.DiskBootMethod.Exit, "it has a disk"), rack.Clock.Now);
        Assert.EndsWith("waits at the network stage: no profile", explained.Verdict, StringComparison.Ordinal);
        Assert.Contains("will get: it has a disk", explained.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(-30, "0 s")]
    [InlineData(119, "119 s")]
    [InlineData(120, "2 min")]
    [InlineData(7199, "120 min")]
    [InlineData(7200, "2 h")]
    [InlineData(360_000, "100 h")]
    public async Task Times_are_told_in_the_unit_that_fits(int seconds, string ago)
    {
        await using var rack = Rack.Start();
        var machine = rack.See(A);
        var boot = rack.Boots.Note(machine, BootStage.Script, "ipxe", "x", change: b => b with { Outcome = BootOutcome.Disk });
        Assert.Contains($"disk {ago} ago", Explainer.Explain(machine, boot, [], Next, rack.Clock.Now.AddSeconds(seconds)).Verdict,
            StringComparison.Ordinal);
    }
}
