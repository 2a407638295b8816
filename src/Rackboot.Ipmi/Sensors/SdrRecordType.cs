namespace Rackboot.Ipmi;

/// <summary>Kinds of sensor data records (IPMI 2.0 chapter 43).</summary>
public enum SdrRecordType : byte
{
    FullSensor = 0x01,
    CompactSensor = 0x02,
    EventOnlySensor = 0x03,
    EntityAssociation = 0x08,
    DeviceRelativeEntityAssociation = 0x09,
    GenericDeviceLocator = 0x10,
    FruDeviceLocator = 0x11,
    ManagementControllerLocator = 0x12,
    ManagementControllerConfirmation = 0x13,
    BmcMessageChannelInfo = 0x14,
    Oem = 0xC0,
}
