namespace Rackboot.Redfish;

/// <summary>Whether a machine is on (ComputerSystem.PowerState).</summary>
public enum RedfishPowerState
{
    /// <summary>The service does not say.</summary>
    Unknown,
    Off,
    On,
    PoweringOn,
    PoweringOff,
    Paused,
}
