namespace Rackboot.Core.Clusters;

/// <summary>A machine's last observed stage of joining the cluster.</summary>
public enum MemberStage
{
    /// <summary>It has been silent since it became a member.</summary>
    Absent,

    /// <summary>It is booting from the network and has no configuration yet.</summary>
    Booting,

    /// <summary>Talos runs without a configuration and waits for one on its API.</summary>
    Maintenance,

    /// <summary>It has its configuration, and reported nothing else.</summary>
    Configured,

    /// <summary>Talos rejected its configuration; <see cref="MemberObservation.Problem"/> has the message.</summary>
    ConfigurationRefused,

    /// <summary>Talos is installing itself on the disk.</summary>
    Installing,

    /// <summary>It is restarting: after the installation, after an upgrade, or on request.</summary>
    Rebooting,

    /// <summary>Its Talos API answers as a configured node.</summary>
    Running,

    /// <summary>It is upgrading Talos.</summary>
    Upgrading,

    /// <summary>It is leaving the cluster and wiping itself.</summary>
    Resetting,

    /// <summary>It was running, and its Talos API does not answer.</summary>
    Unreachable,
}
