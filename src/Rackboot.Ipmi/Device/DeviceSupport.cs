namespace Rackboot.Ipmi;

/// <summary>What a management controller can do (IPMI 2.0 §20.1, "Additional Device Support").</summary>
[Flags]
public enum DeviceSupport : byte
{
    None = 0,
    Sensors = 0x01,
    SdrRepository = 0x02,
    EventLog = 0x04,
    FruInventory = 0x08,
    IpmbEventReceiver = 0x10,
    IpmbEventGenerator = 0x20,
    Bridge = 0x40,
    Chassis = 0x80,
}
