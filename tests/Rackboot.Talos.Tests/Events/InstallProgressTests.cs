using Rackboot.Talos.Events;

namespace Rackboot.Talos.Tests.Events;

/// <summary>The order of events: siderolabs/talos internal/app/machined/pkg/runtime/v1alpha1/v1alpha1_controller.go and
/// v1alpha1_sequencer.go.</summary>
public sealed class InstallProgressTests
{
    public static TheoryData<string, string, InstallOutcome> Boots => new()
    {
        { "a fresh disk", "+initialize -initialize +install .env ,env .install ,install .meta", InstallOutcome.Installed },
        { "while the disk is written", "+install .env ,env .install", InstallOutcome.Installing },
        { "the phase ended, and nobody knows how", "+install .install ,install", InstallOutcome.Installing },
        { "the installer failed", "+install .install ,install -install !install", InstallOutcome.Failed },
        { "written, then kexec failed", "+install .install ,install .meta ,meta .kexec ,kexec -install !install",
            InstallOutcome.Installed },
        { "installed before", "+initialize -initialize +install -install +boot .config", InstallOutcome.None },
        { "an upgrade is no installation", "+upgrade .upgrade ,upgrade .meta", InstallOutcome.None },
        { "a phase of that name elsewhere", "+install -install +boot .install ,install .meta", InstallOutcome.None },
        { "a second try", "+install .install ,install -install !install +install .install ,install .meta", InstallOutcome.Installed },
    };

    [Theory]
    [MemberData(nameof(Boots))]
    public void The_events_of_a_boot_tell_whether_the_disk_was_written(string what, string events, InstallOutcome outcome)
    {
        var progress = events.Split(' ').Select(Event).Aggregate(InstallProgress.Start, (known, next) => known.After(next));
        Assert.True(outcome == progress.Outcome, $"{what}: {progress}");
        Assert.Equal(outcome == InstallOutcome.Failed ? "no disk" : "", progress.Error);
    }

    private static TalosEvent Event(string word) => word[0] switch
    {
        '+' => new TalosEvent.Sequence("", "", word[1..], SequenceChange.Began, ""),
        '-' => new TalosEvent.Sequence("", "", word[1..], SequenceChange.Ended, ""),
        '!' => new TalosEvent.Sequence("", "", word[1..], SequenceChange.Failed, "no disk"),
        var sign => new TalosEvent.Phase("", "", word[1..], Ended: sign == ','),
    };
}
