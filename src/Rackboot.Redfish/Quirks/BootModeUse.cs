namespace Rackboot.Redfish;

/// <summary>Whether BootSourceOverrideMode is written with a boot override.</summary>
public enum BootModeUse
{
    /// <summary>If it was asked for and is another than now.</summary>
    WhenChanged,

    /// <summary>Always, with what is in force if none was asked for.</summary>
    Always,

    /// <summary>Never: the service refuses it.</summary>
    Never,
}
