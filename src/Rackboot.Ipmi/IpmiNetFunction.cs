namespace Rackboot.Ipmi;

/// <summary>The network functions of requests (IPMI 2.0 §5.1, table 5-1); a response's is one higher.</summary>
public enum IpmiNetFunction : byte
{
    Chassis = 0x00,
    SensorEvent = 0x04,
    App = 0x06,
    Storage = 0x0A,
    Transport = 0x0C,

    /// <summary>Group extension: the first byte of the data names the group (DCMI is 0xDC).</summary>
    GroupExtension = 0x2C,
}
