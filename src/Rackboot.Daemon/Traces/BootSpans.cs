using Rackboot.Core.Boot;
using Rackboot.Core.Machines;

namespace Rackboot.Daemon.Traces;

/// <summary>A boot as spans: the whole of it, its stages, and in them what took time: getting an address, fetching files. A pure function
/// of the boot's record and timeline, so that the trace tells what <c>rackboot describe boot</c> tells.</summary>
internal static class BootSpans
{
    private const string PowerSource = "power";

    /// <summary>The spans of a boot.</summary>
    /// <param name="machine">Its machine; null if it was deleted.</param>
    /// <param name="timeline">The boot's timeline, in its order.</param>
    public static TraceSpan Of(BootRecord boot, Machine? machine, IReadOnlyList<TimelineEntry> timeline)
    {
        var entries = Timed(boot, timeline);
        var begins = entries.Count > 0 && entries[0].At < boot.Started ? entries[0].At : boot.Started;
        var stages = boot.Stages.Keys.Select(stage => (Stage: stage, At: Reached(boot, stage, entries))).ToList();
        var ends = End(boot, entries, stages.Count > 0 ? stages[^1].At : boot.Started);
        var error = boot.Outcome is BootOutcome.Failed or BootOutcome.Stalled ? boot.Now : null;
        var parts = new List<TraceSpan>();
        if (begins < boot.Started)
            parts.Add(new TraceSpan
            {
                Name = PowerSource, Start = begins, End = boot.Started, Entries = [.. entries.Where(e => e.At < boot.Started)],
            });
        foreach (var (i, (stage, at)) in stages.Index())
        {
            var last = i == stages.Count - 1;
            parts.Add(Stage(boot, stage, at, last ? ends : stages[i + 1].At, last ? error : null, entries));
        }

        return new TraceSpan
        {
            Name = "boot", Start = begins, End = ends, Error = error, Parts = parts, Attributes = Attributes(boot, machine),
        };
    }

    private static IReadOnlyList<(string, object?)> Attributes(BootRecord boot, Machine? machine) =>
    [
        ("rackboot.machine", boot.MachineName),
        ("rackboot.machine.serial", machine?.Spec?.Serial ?? machine?.Observed.Serial),
        ("rackboot.machine.uuid", (machine?.Spec?.Uuid ?? machine?.Observed.Uuid)?.ToString()),
        ("rackboot.boot", boot.Id),
        ("rackboot.boot.firmware", boot.Firmware),
        ("rackboot.boot.architecture", boot.Architecture),
        ("rackboot.boot.profile", boot.Profile),
        ("rackboot.boot.subnet", boot.Subnet),
        ("rackboot.boot.stage", BootLog.Name(boot.Stage)),
        ("rackboot.boot.outcome", boot.Outcome.ToString().ToLowerInvariant()),
        ("rackboot.boot.now", boot.Now),
    ];

    private static TraceSpan Stage(BootRecord boot, BootStage stage, DateTimeOffset start, DateTimeOffset end, string? error,
        List<(DateTimeOffset At, TimelineEntry Entry)> all)
    {
        List<(DateTimeOffset, TimelineEntry Entry)> own = [.. all.Where(e => e.Entry.Stage == stage && e.At >= boot.Started)];
        end = Later(start, end);
        return new TraceSpan
        {
            Name = BootLog.Name(stage), Start = start, End = end, Error = error, Entries = own,
            Parts = [.. Address(own), .. Files(boot, own, all, end)],
        };
    }

    // From the first request for an address to the one that it took.
    private static IEnumerable<TraceSpan> Address(IReadOnlyList<(DateTimeOffset At, TimelineEntry Entry)> entries)
    {
        DateTimeOffset? asked = null;
        foreach (var (at, entry) in entries)
            if (entry.Kind is FactKind.Offered or FactKind.OfferedBootData)
            {
                asked ??= at;
            }
            else if (asked is { } start
                && entry.Kind is FactKind.TookAddress or FactKind.OtherServer or FactKind.OtherServerGives or FactKind.AddressRefused)
            {
                yield return new TraceSpan
                {
                    Name = "dhcp", Start = start, End = Later(start, at), Attributes = [("rackboot.address", entry.About)],
                    Error = entry.Kind is FactKind.AddressRefused or FactKind.OtherServer ? entry.Text : null,
                };
                asked = null;
            }
    }

    // Those that began in these entries. The last acknowledgement of a file may come when its machine is in the next stage already.
    private static IEnumerable<TraceSpan> Files(BootRecord boot, IReadOnlyList<(DateTimeOffset At, TimelineEntry Entry)> entries,
        IReadOnlyList<(DateTimeOffset At, TimelineEntry Entry)> all, DateTimeOffset end)
    {
        var until = new Dictionary<string, DateTimeOffset>();
        foreach (var began in entries.Where(e => e.Entry is { Kind: FactKind.FileBegan, About: not null }))
        {
            var name = began.Entry.About!;
            if (until.TryGetValue(name, out var before) && began.At < before)
                continue; // the same file, asked for once more while it comes
            var (at, ended) = all.FirstOrDefault(e => e.At >= began.At && e.Entry.About == name && e.Entry.Kind is FactKind.FileArrived
                or FactKind.FileBroke or FactKind.TransferUnheard or FactKind.BlocksLost);
            var isWhole = ended is { Kind: FactKind.FileArrived } || ended is null && boot.Files.GetValueOrDefault(name)?.IsWhole == true;
            until[name] = ended is null ? DateTimeOffset.MaxValue : at;
            yield return File(boot, began, ended is null ? end : at, isWhole ? null : ended?.Text ?? "it did not arrive");
        }
    }

    private static TraceSpan File(
        BootRecord boot, (DateTimeOffset At, TimelineEntry Entry) began, DateTimeOffset end, string? error) => new()
    {
        Name = $"{began.Entry.Source} {began.Entry.About!.Split('/')[^1]}",
        Start = began.At,
        End = Later(began.At, end),
        Error = error,
        Attributes =
        [
            ("network.protocol.name", began.Entry.Source),
            ("rackboot.file", began.Entry.About),
            ("rackboot.file.size", boot.Files.GetValueOrDefault(began.Entry.About!)?.Bytes),
        ],
    };

    // A set clock moves no span: what has a time since the boot's begin by the monotonic clock is placed by it.
    private static List<(DateTimeOffset At, TimelineEntry Entry)> Timed(BootRecord boot, IReadOnlyList<TimelineEntry> timeline) =>
        [.. timeline.Select(e => (e.After is { } after ? boot.Started + after : e.Time, e))];

    private static DateTimeOffset Reached(
        BootRecord boot, BootStage stage, List<(DateTimeOffset At, TimelineEntry Entry)> entries) =>
        Later(boot.Started, entries.FirstOrDefault(e => e.Entry.Progress && e.Entry.Stage == stage) is { Entry: not null } first
            ? first.At : boot.Stages[stage]);

    // A machine that runs goes on sending its kernel's log.
    private static DateTimeOffset End(
        BootRecord boot, List<(DateTimeOffset At, TimelineEntry Entry)> entries, DateTimeOffset lastStage) =>
        boot.Outcome == BootOutcome.Succeeded || entries.Count == 0 ? lastStage : Later(lastStage, entries[^1].At);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
