using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Core.Trust;
using Rackboot.Dhcp;
using Placement = Rackboot.Core.Clouds.Placement;

namespace Rackboot.Core.Diagnosis;

/// <summary>All facts about a machine's boot state: the only input of the rules.</summary>
public sealed record Situation
{
    /// <summary>The machine's name or, without a machine, the card or the address.</summary>
    public required string Name { get; init; }

    /// <summary>Null without a machine.</summary>
    public Machine? Machine { get; init; }

    /// <summary>Its newest boot; null if none was seen.</summary>
    public BootRecord? Boot { get; init; }
    public IReadOnlyList<TimelineEntry> Timeline { get; init; } = [];

    /// <summary>The boots before it, oldest first.</summary>
    public IReadOnlyList<BootRecord> Earlier { get; init; } = [];

    /// <summary>The faults of the previous boot since its last progress.</summary>
    public IReadOnlyList<TimelineEntry> EarlierTrouble { get; init; } = [];

    /// <summary>Time since the boot's last progress, by the monotonic clock.</summary>
    public TimeSpan Quiet { get; init; }

    /// <summary>Time since the boot began.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>Time since the boot's last sign.</summary>
    public TimeSpan Silent { get; init; }

    /// <summary>The usual duration of the stage, and the number of boots it was learned from.</summary>
    public (TimeSpan Limit, int Boots) Usual { get; init; } = (TimeSpan.FromSeconds(20), 0);

    /// <summary>What it would boot now.</summary>
    public BootAnswer? Next { get; init; }

    /// <summary>What its firmware would get now; null if its architecture is unknown.</summary>
    public BootAnswer? NextProgram { get; init; }

    /// <summary>Unanswered requests of its cards, the newest last.</summary>
    public IReadOnlyList<Sighting> Sightings { get; init; } = [];

    /// <summary>Cards that report its identity and are not accepted.</summary>
    public IReadOnlyList<PendingCard> Pending { get; init; } = [];

    /// <summary>Other machines that report its UUID.</summary>
    public IReadOnlyList<string> SameUuid { get; init; } = [];

    /// <summary>What is known of it at its provider; null if it is at none.</summary>
    public Placement? Placement { get; init; }

    /// <summary>Null if it has no BMC.</summary>
    public PowerFacts? Power { get; init; }

    public required ClockFacts Clock { get; init; }

    /// <summary>The error of its stored machine configuration; null if there is none.</summary>
    public string? ConfigurationMistake { get; init; }

    /// <summary>The subnet of its address or reserved address.</summary>
    public DhcpSubnet? Subnet { get; init; }

    /// <summary>Its address; null if it has none.</summary>
    public string? Address { get; init; }

    /// <summary>Ports of the boot plane, for remedies.</summary>
    public int HttpPort { get; init; } = 80;
    public int? LogPort { get; init; }

    public bool IsUnderWay => Boot is { Outcome: BootOutcome.Running or BootOutcome.Stalled };

    /// <summary>No progress for longer than usual, or repeated requests.</summary>
    public bool IsSuspicious => Boot is { } boot
        && (boot.Outcome == BootOutcome.Stalled || Quiet > Usual.Limit || boot.Asks >= 3 && Quiet > TimeSpan.FromSeconds(10));

    /// <summary>How to restart it, without an action that just failed.</summary>
    public string Restart => Power is null ? $"power {Name} off and on"
        : Power.JustFailed(Core.Power.PowerAction.Cycle) ? $"power {Name} off and on by hand"
        : $"rackboot power cycle {Name} --boot network";

    public string Console => $"look at its console: rackboot console {Name}";

    /// <summary>The age of an entry of the newest boot, by the monotonic clock if known.</summary>
    public TimeSpan Ago(TimelineEntry entry) => entry.After is { } after ? Age - after : Clock.Now - entry.Time;

    /// <summary>The last matching entry.</summary>
    public TimelineEntry? Last(params ReadOnlySpan<FactKind> kinds)
    {
        for (var i = Timeline.Count - 1; i >= 0; i--)
            if (kinds.Contains(Timeline[i].Kind))
                return Timeline[i];
        return null;
    }

    /// <summary>Entries since the boot's last progress.</summary>
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

    /// <summary>Whether the boot has a fault that no rule knows.</summary>
    public TimelineEntry? UnknownTrouble => SinceProgress.LastOrDefault(e => e.Level != Level.Info && e.Kind == FactKind.None
        && e.Source is not ("rackboot" or "power"));
}
