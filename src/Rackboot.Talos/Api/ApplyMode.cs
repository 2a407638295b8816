namespace Rackboot.Talos.Api;

/// <summary>When an applied configuration takes effect. Talos 1.14 and later refuse the old default, an immediate reboot, so it is not
/// offered.</summary>
public enum ApplyMode
{
    /// <summary>Immediately; the node decides whether to reboot.</summary>
    Auto = 1,

    /// <summary>Immediately, without a reboot; older releases refuse it if a reboot is needed.</summary>
    NoReboot = 2,

    /// <summary>At the next reboot.</summary>
    Staged = 3,

    /// <summary>Immediately; reverted after a timeout unless applied again.</summary>
    Try = 4,
}
