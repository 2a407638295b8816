namespace Rackboot.Redfish;

/// <summary>How long a boot override holds (BootSourceOverrideEnabled).</summary>
public enum RedfishBootDuration
{
    /// <summary>No override.</summary>
    Disabled,

    /// <summary>The next boot alone.</summary>
    Once,

    /// <summary>Until it is changed.</summary>
    Continuous,
}
