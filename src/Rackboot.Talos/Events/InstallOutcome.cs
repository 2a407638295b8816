namespace Rackboot.Talos.Events;

/// <summary>The progress of Talos's installation in this boot.</summary>
public enum InstallOutcome
{
    /// <summary>No installation in this boot. Talos may already be on the disk.</summary>
    None,

    /// <summary>The disk is being written.</summary>
    Installing,

    /// <summary>The disk is written; the machine boots it next.</summary>
    Installed,

    /// <summary>It failed. The machine reboots and tries again.</summary>
    Failed,
}
