namespace Rackboot.Redfish;

/// <summary>What a sensor measures.</summary>
public enum RedfishSensorKind
{
    Other,

    /// <summary>Degrees Celsius.</summary>
    Temperature,

    /// <summary>Revolutions a minute, or percent.</summary>
    Fan,

    /// <summary>Volts.</summary>
    Voltage,

    /// <summary>Amperes.</summary>
    Current,

    /// <summary>Watts.</summary>
    Power,
}
