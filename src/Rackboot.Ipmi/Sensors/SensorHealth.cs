namespace Rackboot.Ipmi;

/// <summary>How bad a reading, a state or an event is.</summary>
public enum SensorHealth
{
    Ok,

    /// <summary>Worth a look: "non-critical" in the specification's words.</summary>
    Warning,

    /// <summary>Damage, loss or a stop is near or there: "critical" and "non-recoverable".</summary>
    Critical,
}
