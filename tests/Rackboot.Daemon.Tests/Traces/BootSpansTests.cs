using System.Collections.Immutable;
using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Daemon.Traces;

namespace Rackboot.Daemon.Tests.Traces;

/// <summary>Which spans a boot's record and timeline become.</summary>
public sealed class BootSpansTests
{
    private static readonly DateTimeOffset Began = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void A_boot_is_its_stages_and_in_them_what_it_waited_for()
    {
        var root = BootSpans.Of(Boot(BootOutcome.Succeeded, (BootStage.Firmware, 0), (BootStage.Program, 2), (BootStage.Ipxe, 5)), null,
        [
            Entry(0, BootStage.Firmware, "dhcp", FactKind.Offered, "10.20.0.21", progress: true),
            Entry(1.5, BootStage.Firmware, "dhcp", FactKind.TookAddress, "10.20.0.21"),
            Entry(2, BootStage.Program, "tftp", FactKind.FileBegan, "ipxe/amd64/snponly.efi", progress: true),
            Entry(3.5, BootStage.Program, "tftp", FactKind.FileArrived, "ipxe/amd64/snponly.efi"),
            Entry(5, BootStage.Ipxe, "dhcp", FactKind.Offered, "10.20.0.21", progress: true),
            Entry(400, BootStage.Ipxe, "talos", FactKind.None, null), // the kernel's log of a machine that runs
        ]);

        Assert.Equal(("boot", 0, 5), (root.Name, At(root.Start), At(root.End)));
        Assert.Null(root.Error);
        Assert.Equal([("firmware", 0, 2), ("program", 2, 5), ("iPXE", 5, 5)], root.Parts.Select(Shape));
        Assert.Equal([("dhcp", 0, 1.5)], root.Parts[0].Parts.Select(Shape));
        Assert.Equal([("tftp snponly.efi", 2, 3.5)], root.Parts[1].Parts.Select(Shape));
        Assert.Contains(("rackboot.file.size", (object?)200_000L), root.Parts[1].Parts[0].Attributes);
        Assert.Equal(2, root.Parts[0].Entries.Count);
        Assert.Contains(("rackboot.boot.outcome", (object?)"succeeded"), root.Attributes);
    }

    [Fact]
    public void A_boot_that_failed_says_so_as_a_whole_in_its_last_stage_and_in_the_file_that_broke_off()
    {
        var root = BootSpans.Of(Boot(BootOutcome.Failed, (BootStage.Firmware, 0), (BootStage.Program, 2)) with { Now = "no iPXE" }, null,
        [
            Entry(0, BootStage.Firmware, "dhcp", FactKind.Offered, null, progress: true),
            Entry(2, BootStage.Program, "tftp", FactKind.FileBegan, "ipxe/amd64/snponly.efi", progress: true),
            Entry(9, BootStage.Program, "tftp", FactKind.FileBroke, "ipxe/amd64/snponly.efi", text: "it went silent"),
            Entry(10, BootStage.Program, "tftp", FactKind.FileBegan, "ipxe/amd64/snponly.efi"),
            Entry(12, BootStage.Program, "rackboot", FactKind.None, null),
        ]);

        Assert.Equal(("no iPXE", 12), (root.Error, At(root.End)));
        Assert.Equal([null, "no iPXE"], root.Parts.Select(p => p.Error));
        Assert.Equal([("tftp snponly.efi", 2, 9), ("tftp snponly.efi", 10, 12)], root.Parts[1].Parts.Select(Shape));
        Assert.Equal(["it went silent", "it did not arrive"], root.Parts[1].Parts.Select(p => p.Error));
    }

    [Fact]
    public void A_file_whose_last_byte_is_acknowledged_in_the_next_stage_arrived_and_so_did_one_that_only_the_record_knows_to_be_whole()
    {
        const string file = "ipxe/amd64/snponly.efi";
        var boot = Boot(BootOutcome.Succeeded, (BootStage.Kernel, 0), (BootStage.System, 4));
        var entries = new List<TimelineEntry>
        {
            Entry(1, BootStage.Kernel, "http", FactKind.FileBegan, file, progress: true),
            Entry(2, BootStage.Kernel, "http", FactKind.FileBegan, file),
            Entry(4.5, BootStage.System, "http", FactKind.FileArrived, file),
        };
        var arrived = Assert.Single(BootSpans.Of(boot, null, entries).Parts[0].Parts);
        Assert.Equal((("http snponly.efi", 1.0, 4.5), null), (Shape(arrived), arrived.Error));
        entries.RemoveAt(2);
        boot = boot with { Files = boot.Files.SetItem(file, new BootFile(200_000, 200_000, 1)) };
        var whole = Assert.Single(BootSpans.Of(boot, null, entries).Parts[0].Parts);
        Assert.Equal((("http snponly.efi", 1.0, 4.0), null), (Shape(whole), whole.Error));
    }

    [Fact]
    public void The_time_from_the_power_button_to_the_first_packet_is_a_part_of_it()
    {
        var root = BootSpans.Of(Boot(BootOutcome.Running, (BootStage.Firmware, 0)), null,
        [
            new TimelineEntry(Began.AddSeconds(-20), BootStage.Firmware, "power", Level.Info, "powered on"),
            Entry(0, BootStage.Firmware, "dhcp", FactKind.Offered, null, progress: true),
        ]);
        Assert.Equal([("power", -20, 0), ("firmware", 0, 0)], root.Parts.Select(Shape));
        Assert.Equal(-20, At(root.Start));
        Assert.Equal("powered on", Assert.Single(root.Parts[0].Entries).Entry.Text);
    }

    [Fact]
    public void A_clock_that_is_set_during_the_boot_moves_no_span()
    {
        var entry = Entry(7, BootStage.Ipxe, "dhcp", FactKind.Offered, null, progress: true) with { Time = Began.AddYears(-4) };
        var root = BootSpans.Of(
            Boot(BootOutcome.Stalled, (BootStage.Firmware, 0), (BootStage.Ipxe, -4 * 365 * 86400)), null, [entry]);
        Assert.Equal([("firmware", 0, 7), ("iPXE", 7, 7)], root.Parts.Select(Shape));
    }

    [Fact]
    public void No_timeline_breaks_it_and_no_span_ends_before_it_starts()
    {
        var random = new Random(12);
        for (var round = 0; round < 500; round++)
        {
            var stages = Enum.GetValues<BootStage>().Where(_ => random.Next(2) == 0).Select(s => (s, random.NextDouble() * 100 - 50));
            var timeline = Enumerable.Range(0, random.Next(30)).Select(_ => Entry(
                random.NextDouble() * 100 - 50, (BootStage)random.Next(8), "http", random.GetItems(Enum.GetValues<FactKind>(), 1)[0],
                random.Next(3) == 0 ? null : $"file{random.Next(3)}", random.Next(2) == 0));
            var root = BootSpans.Of(Boot((BootOutcome)random.Next(7), [.. stages]), null, [.. timeline]);
            Assert.All(All(root), span => Assert.True(span.Start <= span.End, $"round {round}: {span}"));
        }
    }

    private static IEnumerable<TraceSpan> All(TraceSpan span) => span.Parts.SelectMany(All).Prepend(span);

    private static double At(DateTimeOffset time) => (time - Began).TotalSeconds;

    private static (string, double, double) Shape(TraceSpan span) => (span.Name, At(span.Start), At(span.End));

    private static BootRecord Boot(BootOutcome outcome, params (BootStage Stage, double At)[] stages) => new()
    {
        Id = "0197f0a0b0c07000800000000000000a",
        Machine = new MachineId("m"),
        MachineName = "node-01",
        Started = Began,
        Updated = Began,
        Outcome = outcome,
        Stage = stages.Select(s => s.Stage).LastOrDefault(),
        Stages = stages.ToImmutableSortedDictionary(s => s.Stage, s => Began.AddSeconds(s.At)),
        Files = ImmutableSortedDictionary<string, BootFile>.Empty.Add("ipxe/amd64/snponly.efi", new BootFile(200_000, 0, 1)),
    };

    private static TimelineEntry Entry(
        double after, BootStage stage, string source, FactKind kind, string? about, bool progress = false, string text = "it did") =>
        new(Began.AddSeconds(after), stage, source, Level.Info, text)
        {
            Kind = kind, About = about, Progress = progress, After = TimeSpan.FromSeconds(after),
        };
}
