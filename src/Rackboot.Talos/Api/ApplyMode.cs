namespace Rackboot.Talos.Api;

/// <summary>When an applied configuration takes effect. Talos's old default, an immediate reboot, is refused from 1.14 on and is not
/// offered.</summary>
public enum ApplyMode
{
    /// <summary>Now, as the node sees fit.</summary>
    Auto = 1,

    /// <summary>Now; refused by older releases if it takes a reboot.</summary>
    NoReboot = 2,

    /// <summary>With the next reboot.</summary>
    Staged = 3,

    /// <summary>Now, and taken back after a while unless it is applied again.</summary>
    Try = 4,
}
