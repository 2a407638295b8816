using Rackboot.Core.Clusters;
using Rackboot.Talos.Api;
using Rackboot.Talos.Events;

namespace Rackboot.Core.Tests.Clusters;

/// <summary>What is known of a node by its events. +began -ended !failed sequences, .began ,ended phases.</summary>
public sealed class NodeEventsTests
{
    public static TheoryData<string, InstallOutcome, bool> Events => new()
    {
        { "+install .install", InstallOutcome.Installing, false },
        { "+install .install ,install -install", InstallOutcome.Installing, false },
        { "+install .install ,install -install !install", InstallOutcome.Failed, false },
        { "+install .install ,install .meta", InstallOutcome.Installed, true },
        { "+install .install ,install .meta +reboot -reboot", InstallOutcome.Installed, true },
        { "+install .install ,install .meta +reboot +initialize +boot", InstallOutcome.Installed, false },
        { "+install .install ,install .meta +reboot +initialize +boot ready", InstallOutcome.Installed, false },
        { "+install .install ,install .meta +reboot +boot ready +reset -reset", InstallOutcome.None, false },
    };

    [Theory]
    [MemberData(nameof(Events))]
    public void Talos_is_installed_when_it_says_so_and_until_it_is_wiped(string events, InstallOutcome outcome, bool restarting)
    {
        var known = events.Split(' ').Select(Event).Aggregate(NodeEvents.None, (known, next) => known.After(next));
        Assert.Equal((outcome, restarting), (known.Install.Outcome, known.Restarting));
        Assert.Equal(outcome == InstallOutcome.Failed ? "no disk" : null, known.Problem);
    }

    private static TalosEvent Event(string word) => word[0] switch
    {
        '+' => new TalosEvent.Sequence("", "", word[1..], SequenceChange.Began, ""),
        '-' => new TalosEvent.Sequence("", "", word[1..], SequenceChange.Ended, ""),
        '!' => new TalosEvent.Sequence("", "", word[1..], SequenceChange.Failed, "no disk"),
        'r' => new TalosEvent.Status("", "", new MachineStatus(MachineStage.Running, true, [])),
        var sign => new TalosEvent.Phase("", "", word[1..], Ended: sign == ','),
    };
}
