using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Core.Trust;
using Rackboot.Dhcp;
using Placement = Rackboot.Core.Clouds.Placement;

namespace Rackboot.Core.Diagnosis;

/// <summary>All that is known of why a machine stands where it stands. The rules look at nothing else.</summary>
public sealed record Situation
{
    /// <summary>The machine's name, or the card's or the address where no machine is known.</summary>
    public required string Name { get; init; }

    /// <summary>Null where no machine is known.</summary>
    public Machine? Machine { get; init; }

    /// <summary>Its newest boot; null if none was seen.</summary>
    public BootRecord? Boot { get; init; }
    public IReadOnlyList<TimelineEntry> Timeline { get; init; } = [];

    /// <summary>The boots before it, oldest first.</summary>
    public IReadOnlyList<BootRecord> Earlier { get; init; } = [];

    /// <summary>What went wrong in the boot just before it, since that came further last.</summary>
    public IReadOnlyList<TimelineEntry> EarlierTrouble { get; init; } = [];

    /// <summary>Since the boot came further, by the monotonic clock.</summary>
    public TimeSpan Quiet { get; init; }

    /// <summary>Since the boot began.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>Since the boot was heard of.</summary>
    public TimeSpan Silent { get; init; }

    /// <summary>How long the stage usually takes, and of how many boots that was learned.</summary>
    public (TimeSpan Limit, int Boots) Usual { get; init; } = (TimeSpan.FromSeconds(20), 0);

    /// <summary>What it would be given now.</summary>
    public BootAnswer? Next { get; init; }

    /// <summary>What its firmware would be given now; null if its architecture was never seen.</summary>
    public BootAnswer? NextProgram { get; init; }

    /// <summary>What its cards did and was not answered, the newest last.</summary>
    public IReadOnlyList<Sighting> Sightings { get; init; } = [];

    /// <summary>Cards that show its identity and are not its own.</summary>
    public IReadOnlyList<PendingCard> Pending { get; init; } = [];

    /// <summary>Other machines that show its UUID.</summary>
    public IReadOnlyList<string> SameUuid { get; init; } = [];

    /// <summary>What is known of it at its provider; null if it is at none.</summary>
    public Placement? Placement { get; init; }

    /// <summary>Null if it has no BMC.</summary>
    public PowerFacts? Power { get; init; }

    public required ClockFacts Clock { get; init; }

    /// <summary>What is wrong with its stored machine configuration; null if nothing.</summary>
    public string? ConfigurationMistake { get; init; }

    /// <summary>The subnet that its address, or its reserved address, is in.</summary>
    public DhcpSubnet? Subnet { get; init; }

    /// <summary>Its address; null if it has none.</summary>
    public string? Address { get; init; }

    /// <summary>Ports of the boot plane, for what to look at.</summary>
    public int HttpPort { get; init; } = 80;
    public int? LogPort { get; init; }

    public bool IsUnderWay => Boot is { Outcome: BootOutcome.Running or BootOutcome.Stalled };

    /// <summary>It has come no further for longer than usual, or asks again and again.</summary>
    public bool IsSuspicious => Boot is { } boot
        && (boot.Outcome == BootOutcome.Stalled || Quiet > Usual.Limit || boot.Asks >= 3 && Quiet > TimeSpan.FromSeconds(10));

    /// <summary>How to start it anew, with what just failed left out.</summary>
    public string Restart => Power is null ? $"power {Name} off and on"
        : Power.JustFailed(Core.Power.PowerAction.Cycle) ? $"power {Name} off and on by hand"
        : $"rackboot power cycle {Name} --boot network";

    public string Console => $"look at its console: rackboot console {Name}";

    /// <summary>How long ago an entry of the newest boot was made, by the monotonic clock where that is known.</summary>
    public TimeSpan Ago(TimelineEntry entry) => entry.After is { } after ? Age - after : Clock.Now - entry.Time;

    /// <summary>The last entry that fits.</summary>
    public TimelineEntry? Last(params ReadOnlySpan<FactKind> kinds)
    {
        for (var i = Timeline.Count - 1; i >= 0; i--)
            if (kinds.Contains(Timeline[i].Kind))
                return Timeline[i];
        return null;
    }

    /// <summary>Entries after the boot came further last.</summary>
    public IEnumerable<TimelineEntry> SinceProgress
    {
        get
        {
            var from = Timeline.Count;
            while (from > 0 && !Timeline[from - 1].Progress)
                from--;
            return Timeline.Skip(Math.Max(0, from - 1));
        }
    }

    /// <summary>Whether anything went wrong in the boot that no rule knows.</summary>
    public TimelineEntry? UnknownTrouble => SinceProgress.LastOrDefault(e => e.Level != Level.Info && e.Kind == FactKind.None
        && e.Source is not ("rackboot" or "power"));
}
