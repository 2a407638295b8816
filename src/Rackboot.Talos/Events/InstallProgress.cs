namespace Rackboot.Talos.Events;

/// <summary>Follows an installation by <c>machine.install</c> by the events of one boot. The end of a phase or sequence
/// proves nothing: Talos also reports it for failed ones, and reports the failure afterwards. The start of the next phase proves that
/// the disk was written (siderolabs/talos internal/app/machined/pkg/runtime/v1alpha1/v1alpha1_controller.go, run and runPhase). An
/// installation by the document <c>UnattendedInstallConfig</c> sends no such events: read the resource
/// <c>UnattendedInstallStatuses.runtime.talos.dev</c> instead.</summary>
/// <param name="Error">Talos's message, if it failed.</param>
public sealed record InstallProgress(InstallOutcome Outcome, string Error)
{
    /// <summary>The state at the start of a boot.</summary>
    public static InstallProgress Start { get; } = new(InstallOutcome.None, "");

    private bool IsInstallSequence { get; init; }

    /// <summary>The state after one more event.</summary>
    public InstallProgress After(TalosEvent next) => next switch
    {
        TalosEvent.Sequence { Name: "install", Change: SequenceChange.Began } => Start with { IsInstallSequence = true },
        TalosEvent.Sequence { Name: "install", Change: SequenceChange.Failed } failed when Outcome == InstallOutcome.Installing =>
            new(InstallOutcome.Failed, failed.Error),
        TalosEvent.Phase { Name: "install", Ended: false } when IsInstallSequence => this with { Outcome = InstallOutcome.Installing },
        TalosEvent.Phase { Ended: false } when IsInstallSequence && Outcome == InstallOutcome.Installing =>
            this with { Outcome = InstallOutcome.Installed },
        TalosEvent.Sequence { Change: SequenceChange.Began } => this with { IsInstallSequence = false },
        _ => this,
    };
}
