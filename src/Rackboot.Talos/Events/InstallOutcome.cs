namespace Rackboot.Talos.Events;

/// <summary>How far the installation of Talos has come in this boot.</summary>
public enum InstallOutcome
{
    /// <summary>Nothing was installed in this boot. Talos may be on the disk already.</summary>
    None,

    /// <summary>The disk is being written.</summary>
    Installing,

    /// <summary>The disk was written; the machine starts it next.</summary>
    Installed,

    /// <summary>It failed. The machine reboots and tries again.</summary>
    Failed,
}
