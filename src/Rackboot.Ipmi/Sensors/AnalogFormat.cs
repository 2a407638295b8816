namespace Rackboot.Ipmi;

/// <summary>How a raw reading is a number (IPMI 2.0 §43.1, "Sensor Units 1", bits 7:6).</summary>
public enum AnalogFormat
{
    Unsigned = 0,
    OnesComplement = 1,
    TwosComplement = 2,

    /// <summary>The sensor has no number to read.</summary>
    None = 3,
}
