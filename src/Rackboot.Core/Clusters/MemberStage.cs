namespace Rackboot.Core.Clusters;

/// <summary>How far a machine is on its way into the cluster, as it was last seen.</summary>
public enum MemberStage
{
    /// <summary>Nothing was heard of it since it became a member.</summary>
    Absent,

    /// <summary>It boots from the network and has no configuration yet.</summary>
    Booting,

    /// <summary>Talos runs without a configuration and waits for one on its API.</summary>
    Maintenance,

    /// <summary>It has its configuration and did not say more.</summary>
    Configured,

    /// <summary>Talos refused its configuration; <see cref="MemberObservation.Problem"/> has its words.</summary>
    ConfigurationRefused,

    /// <summary>Talos writes itself to the disk.</summary>
    Installing,

    /// <summary>It restarts: after the installation, an upgrade, or because somebody asked.</summary>
    Rebooting,

    /// <summary>Its Talos API answers as a configured node.</summary>
    Running,

    /// <summary>It takes another Talos release.</summary>
    Upgrading,

    /// <summary>It leaves the cluster and wipes itself.</summary>
    Resetting,

    /// <summary>It was running, and its Talos API does not answer.</summary>
    Unreachable,
}
