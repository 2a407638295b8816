namespace Rackboot.Talos.Events;

/// <summary>Follows the installation that <c>machine.install</c> asks for by the events of one boot. That a phase or a sequence ended
/// says nothing: Talos says so of those that failed too, and names the failure afterwards. That the next phase began says that the disk
/// was written (siderolabs/talos internal/app/machined/pkg/runtime/v1alpha1/v1alpha1_controller.go, run and runPhase). An installation by
/// the document <c>UnattendedInstallConfig</c> sends no such events: there the resource
/// <c>UnattendedInstallStatuses.runtime.talos.dev</c> tells.</summary>
/// <param name="Error">Talos's words, if it failed.</param>
public sealed record InstallProgress(InstallOutcome Outcome, string Error)
{
    /// <summary>At the beginning of a boot.</summary>
    public static InstallProgress Start { get; } = new(InstallOutcome.None, "");

    private bool IsInstallSequence { get; init; }

    /// <summary>What is known after one more event.</summary>
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
