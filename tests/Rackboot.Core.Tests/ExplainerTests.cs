using System.Collections.Immutable;
using Rackboot.Core.Boot;
using Rackboot.Core.Diagnosis;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Core.Power;

namespace Rackboot.Core.Tests;

/// <summary>The rules alone: what of several facts is the cause. The faults themselves are put packet by packet in
/// Rackboot.Daemon.Tests/Explain.</summary>
public sealed class ExplainerTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly BootAnswer Next = new BootAnswer.Talos(
        new Profiles.Profile { Name = "default", TalosVersion = "v1.14.0", Architecture = "amd64" }, "its profile");
    private static readonly Machine Node = new() { Id = new MachineId("m"), Name = "node-01",
        Observed = new MachineObservation { FirstSeen = Start, LastSeen = Start } };

    [Theory]
    [InlineData(BootOutcome.Running, "booting", "node-01 is booting: stage kernel, 5 s ago: text.")]
    [InlineData(BootOutcome.Waiting, "waiting", "node-01 waits at the network stage: text.")]
    [InlineData(BootOutcome.Disk, "disk",
        "node-01 was told to boot from its disk 5 s ago. Rackboot cannot see whether its system came up.")]
    [InlineData(BootOutcome.Succeeded, "reported", "node-01 booted default and reported 5 s ago.")]
    [InlineData(BootOutcome.Failed, "failed", "node-01 failed at stage kernel: text.")]
    public void Every_outcome_has_its_words(BootOutcome outcome, string cause, string sentence)
    {
        var verdict = Explainer.Explain(Of(Boot(BootStage.Kernel, outcome)) with { Next = null });
        Assert.Equal((cause, sentence), (verdict.Cause, verdict.Sentence));
    }

    [Theory]
    [InlineData(BootStage.Firmware, "offer-not-taken")]
    [InlineData(BootStage.Program, "program-not-started")]
    [InlineData(BootStage.Ipxe, "http-unreachable")]
    [InlineData(BootStage.Script, "kernel-not-fetched")]
    [InlineData(BootStage.Kernel, "initramfs-not-fetched")]
    [InlineData(BootStage.System, "no-report")]
    [InlineData(BootStage.Configured, "no-report")]
    public void Silence_beyond_the_usual_is_explained_at_every_stage(BootStage stage, string cause)
    {
        var usual = Of(Boot(stage)) with { Quiet = TimeSpan.FromSeconds(19) };
        Assert.Equal("booting", Explainer.Explain(usual).Cause);
        var verdict = Explainer.Explain(usual with { Quiet = TimeSpan.FromSeconds(21) });
        Assert.Equal((cause, Confidence.Likely), (verdict.Cause, verdict.Confidence));
        Assert.NotEmpty(verdict.Remedies);
        Assert.Contains("21 s", verdict.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ipxe/bios/undionly.kpxe")]
    [InlineData("snponly.efi")]
    public void What_the_firmware_fetched_is_not_told_as_a_file_of_the_kernel(string program)
    {
        var files = new[] { program, "kernel" }.ToImmutableSortedDictionary(name => name, _ => new BootFile(9, 9, 1));
        var verdict = Explainer.Explain(Of(Boot(BootStage.Kernel) with { Files = files }) with { Quiet = TimeSpan.FromSeconds(40) });
        Assert.StartsWith("node-01 had kernel 40 s ago", verdict.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void The_newest_warning_is_the_cause_until_the_boot_comes_further()
    {
        var other = Entry(BootStage.Firmware, FactKind.OtherServer, "another DHCP server, 10.20.0.9, answered first", about: "10.20.0.9");
        var broke = Entry(BootStage.Firmware, FactKind.FileBroke, "the transfer of ipxe.efi broke off", about: "ipxe.efi");
        Assert.Equal("other-dhcp-server", Explainer.Explain(Of(Boot(BootStage.Firmware), other)).Cause);
        Assert.Equal("transfer-broke-off", Explainer.Explain(Of(Boot(BootStage.Firmware), other, broke)).Cause);
        Assert.Contains("another DHCP server", Assert.Single(Explainer.Explain(Of(Boot(BootStage.Firmware), other, broke)).Evidence,
            e => e.Contains("10.20.0.9", StringComparison.Ordinal)), StringComparison.Ordinal);
        var further = Entry(BootStage.Ipxe, FactKind.TookAddress, "iPXE asked", progress: true, level: Level.Info);
        Assert.Equal("booting", Explainer.Explain(Of(Boot(BootStage.Ipxe), other, broke, further)).Cause);
    }

    [Fact]
    public void What_follows_from_something_else_yields_to_it()
    {
        var disk = Entry(BootStage.Reported, FactKind.SystemFault, "no disks matched the expression", about: "install-disk");
        var reboots = Entry(BootStage.Reported, FactKind.SystemFault, "rebooting in 10 seconds", about: "gave-up");
        Assert.Equal("talos-install-disk", Explainer.Explain(Of(Boot(BootStage.Reported, BootOutcome.Failed), disk, reboots)).Cause);
        Assert.Equal("talos-gave-up", Explainer.Explain(Of(Boot(BootStage.Reported, BootOutcome.Failed), reboots)).Cause);
    }

    [Theory]
    [InlineData(PowerAction.On)]
    [InlineData(PowerAction.Cycle)]
    public void The_command_that_just_failed_is_never_the_advice(PowerAction action)
    {
        foreach (var failure in Enum.GetValues<PowerFailure>())
        {
            var last = new PowerAttempt(new PowerRequest(action, null, "alice"), failure, "ipmi 10.30.0.21 said no", 0);
            var power = new PowerFacts(new PowerReading(PowerState.Off, Start, null), TimeSpan.FromSeconds(9),
                new BmcStanding("ipmi 10.30.0.21", "bmc", false, false), last, TimeSpan.FromSeconds(40));
            foreach (var situation in new[] { Of(null) with { Power = power },
                Of(Boot(BootStage.Firmware, BootOutcome.Stalled)) with { Power = power, Quiet = TimeSpan.FromMinutes(3),
                Silent = TimeSpan.FromMinutes(3) } })
            {
                var verdict = Explainer.Explain(situation);
                Assert.Equal("power-action-failed", verdict.Cause);
                Assert.Contains("failed 40 s ago: ipmi 10.30.0.21 said no", verdict.Sentence, StringComparison.Ordinal);
                Assert.DoesNotContain(verdict.Remedies, r => r.Contains($"rackboot power {action}", StringComparison.OrdinalIgnoreCase));
                Assert.NotEmpty(verdict.Remedies);
            }
        }
    }

    [Fact]
    public void What_a_card_asked_after_its_boot_was_over_explains_it()
    {
        var seen = new Sighting(new Fact(FactKind.PoolExhausted, "10.20.0.0/24"), "asks for an address and gets no answer", 4,
            TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(2));
        Assert.Equal("addresses-exhausted", Explainer.Explain(
            Of(Boot(BootStage.Reported, BootOutcome.Succeeded)) with { Sightings = [seen] }).Cause);
        Assert.Equal("reported", Explainer.Explain(Of(Boot(BootStage.Reported, BootOutcome.Succeeded)) with { Sightings =
            [seen with { Last = TimeSpan.FromMinutes(20) }] }).Cause);
    }

    [Fact]
    public void Who_asks_in_a_machines_name_does_not_change_what_is_said_of_a_boot_that_goes_on()
    {
        foreach (var kind in new[] { FactKind.ScriptRefused, FactKind.ConfigWrongAddress, FactKind.ConfigWrongCard })
        {
            var seen = new Sighting(new Fact(kind, "10.20.0.66"), "its script was refused to 10.20.0.66", 1,
                TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
            Assert.Equal("booting", Explainer.Explain(Of(Boot(BootStage.Kernel)) with { Sightings = [seen] }).Cause);
            Assert.Equal("reported", Explainer.Explain(Of(Boot(BootStage.Reported, BootOutcome.Succeeded)) with { Sightings = [seen] })
                .Cause);
        }
    }

    [Fact]
    public void Every_kind_of_fault_has_a_cause_and_speaks_without_anything_known()
    {
        foreach (var kind in FaultTable.Kinds)
        {
            var verdict = Explainer.Explain(Of(Boot(BootStage.Ipxe),
                Entry(BootStage.Ipxe, kind, "something is wrong", about: "10.20.0.9")));
            Assert.Equal(FaultTable.Of(kind)!.Cause, verdict.Cause);
            Assert.All(verdict.Remedies, r => Assert.DoesNotContain("  ", r, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_message_of_talos_is_found_by_its_own_words_and_says_where_it_comes_from()
    {
        foreach (var message in TalosMessages.All)
        {
            Assert.Matches("^[a-z-]+/[A-Za-z-]+ ", message.Source + " ");
            Assert.NotEmpty(message.Remedies);
            Assert.Contains(message.Words[0], word => TalosMessages.Find(
                string.Join(' ', message.Words.Select((g, i) => i == 0 ? word : g[0])))?.Name == message.Name);
        }
    }

    [Theory]
    [InlineData("[talos] machine is running and ready")]
    [InlineData("[talos] task install (1/1): starting")]
    [InlineData("[talos] config validation warning: use of deprecated field")]
    [InlineData("[talos] service[apid](Running): Health check successful")]
    [InlineData("e1000e 0000:00:19.0 eth0: NIC Link is Up 1000 Mbps")]
    [InlineData("")]
    public void An_ordinary_line_means_nothing(string line) => Assert.Null(TalosMessages.Find(line));

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(119, "119 s")]
    [InlineData(120, "2 min")]
    [InlineData(7199, "120 min")]
    [InlineData(7200, "2 h")]
    [InlineData(172_800, "2 days")]
    public void Times_are_told_in_the_unit_that_fits(int seconds, string ago) =>
        Assert.Contains($"reported {ago} ago", Explainer.Explain(
            Of(Boot(BootStage.Reported, BootOutcome.Succeeded)) with { Quiet = TimeSpan.FromSeconds(seconds) }).Sentence,
            StringComparison.Ordinal);

    private static BootRecord Boot(BootStage stage, BootOutcome outcome = BootOutcome.Running) => new()
    {
        Id = "b",
        Machine = Node.Id,
        MachineName = Node.Name,
        Started = Start,
        Updated = Start,
        Stage = stage,
        Outcome = outcome,
        Profile = "default",
        Now = "text",
    };

    private static TimelineEntry Entry(BootStage stage, FactKind kind, string text, bool progress = false, Level level = Level.Warning,
        string? about = null) =>
        new(Start, stage, "test", level, text) { Kind = kind, About = about, Progress = progress, After = TimeSpan.FromSeconds(1) };

    private static Situation Of(BootRecord? boot, params TimelineEntry[] timeline) => new()
    {
        Name = Node.Name,
        Machine = Node,
        Boot = boot,
        Timeline = timeline,
        Quiet = TimeSpan.FromSeconds(5),
        Silent = TimeSpan.FromSeconds(5),
        Age = TimeSpan.FromSeconds(6),
        Next = Next,
        Clock = new ClockFacts(Start, null, null, TimeSpan.Zero),
    };
}
