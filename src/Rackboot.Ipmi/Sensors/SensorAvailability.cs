namespace Rackboot.Ipmi;

/// <summary>Whether a sensor has a reading, and if not, why.</summary>
public enum SensorAvailability
{
    Available,

    /// <summary>The BMC has no reading now: the part is not there, or the machine is off (IPMI 2.0 §35.14, bit 5).</summary>
    Unavailable,

    /// <summary>The BMC does not scan the sensor (§35.14, bit 6).</summary>
    NotScanned,

    /// <summary>The BMC knows no such sensor (completion code CBh), or refuses it.</summary>
    Absent,

    /// <summary>It only sends events, or is behind another controller.</summary>
    NotReadable,
}
