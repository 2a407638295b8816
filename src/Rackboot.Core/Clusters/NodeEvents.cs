using Rackboot.Talos.Events;

namespace Rackboot.Core.Clusters;

/// <summary>A node's messages over the event sink since its last start.</summary>
/// <param name="ConfigurationRefused">Talos could not read its configuration, or found an error in it.</param>
/// <param name="Restarting">It is restarting, on its own or on request.</param>
/// <param name="Problem">The newest failure in its own words.</param>
public sealed record NodeEvents(bool ConfigurationRefused = false, bool Restarting = false, string? Problem = null)
{
    public static NodeEvents None { get; } = new();

    /// <summary>The progress of the last reported installation; kept over the following restart.</summary>
    public InstallProgress Install { get; init; } = InstallProgress.Start;

    public bool Installing => Install.Outcome == InstallOutcome.Installing;

    /// <summary>The state after another event.</summary>
    public NodeEvents After(TalosEvent e)
    {
        var install = e is TalosEvent.Sequence { Name: "reset", Change: SequenceChange.Began } ? InstallProgress.Start : Install.After(e);
        var written = install.Outcome == InstallOutcome.Installed;
        var next = e switch
        {
            TalosEvent.ConfigurationRefused refused => this with { ConfigurationRefused = true, Problem = refused.Error },
            TalosEvent.ConfigurationNotLoaded refused => this with { ConfigurationRefused = true, Problem = refused.Error },
            TalosEvent.Sequence { Change: SequenceChange.Began } began => new NodeEvents(Restarting: began.Name is "reboot" or "shutdown"),
            TalosEvent.Sequence { Change: SequenceChange.Failed } failed => this with { Problem = failed.Error },
            TalosEvent.Restart => new NodeEvents(Restarting: true),
            TalosEvent.Status { Machine.Ready: true } => None,
            _ => this,
        };
        return next with { Install = install, Restarting = next.Restarting || (written && Install.Outcome != InstallOutcome.Installed) };
    }
}
