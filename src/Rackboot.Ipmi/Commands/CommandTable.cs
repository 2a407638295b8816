namespace Rackboot.Ipmi.Commands;

/// <summary>The commands that are spoken, with their numbers (IPMI 2.0 appendix G, table G-1; DCMI 1.5 §6) and the completion codes of
/// their own.</summary>
internal static class CommandTable
{
    private static readonly Dictionary<byte, string> ParameterCodes = new()
    {
        [0x80] = "this BMC does not support the parameter",
        [0x81] = "another client is changing the parameters",
        [0x82] = "the parameter is read-only",
        [0x83] = "the parameter is write-only",
    };

    private static readonly Dictionary<byte, string> SelCodes = new() { [0x81] = "the event log is being erased" };

    private static readonly Dictionary<byte, string> ChannelAccessCodes = new()
    {
        [0x82] = "the channel has no sessions, and so no access settings",
        [0x83] = "the channel does not support this access mode",
    };

    private static readonly Dictionary<byte, string> PasswordCodes = new()
    {
        [0x80] = "the password differs",
        [0x81] = "the password was stored in the other length (16 or 20 bytes)",
    };

    // Chassis: chapter 28.
    public static readonly IpmiCommand GetChassisStatus = new("Get Chassis Status", IpmiNetFunction.Chassis, 0x01);
    public static readonly IpmiCommand ChassisControl = new("Chassis Control", IpmiNetFunction.Chassis, 0x02) { Repeatable = false };
    public static readonly IpmiCommand ChassisIdentify = new("Chassis Identify", IpmiNetFunction.Chassis, 0x04);
    public static readonly IpmiCommand SetPowerRestorePolicy = new("Set Power Restore Policy", IpmiNetFunction.Chassis, 0x06);
    public static readonly IpmiCommand GetSystemRestartCause = new("Get System Restart Cause", IpmiNetFunction.Chassis, 0x07);
    public static readonly IpmiCommand SetSystemBootOptions = new("Set System Boot Options", IpmiNetFunction.Chassis, 0x08)
    {
        OwnCodes = ParameterCodes,
    };
    public static readonly IpmiCommand GetSystemBootOptions = new("Get System Boot Options", IpmiNetFunction.Chassis, 0x09)
    {
        OwnCodes = ParameterCodes,
    };

    // Sensors: chapter 35.
    public static readonly IpmiCommand GetDeviceSdr = new("Get Device SDR", IpmiNetFunction.SensorEvent, 0x21);
    public static readonly IpmiCommand ReserveDeviceSdrRepository = new("Reserve Device SDR Repository", IpmiNetFunction.SensorEvent, 0x22);
    public static readonly IpmiCommand GetSensorReadingFactors = new("Get Sensor Reading Factors", IpmiNetFunction.SensorEvent, 0x23);
    public static readonly IpmiCommand GetSensorThresholds = new("Get Sensor Thresholds", IpmiNetFunction.SensorEvent, 0x27);
    public static readonly IpmiCommand GetSensorReading = new("Get Sensor Reading", IpmiNetFunction.SensorEvent, 0x2D);

    // The BMC itself: chapter 20; messaging, channels and users: chapter 22.
    public static readonly IpmiCommand GetDeviceId = new("Get Device ID", IpmiNetFunction.App, 0x01);
    public static readonly IpmiCommand ColdReset = new("Cold Reset", IpmiNetFunction.App, 0x02) { Repeatable = false };
    public static readonly IpmiCommand WarmReset = new("Warm Reset", IpmiNetFunction.App, 0x03) { Repeatable = false };
    public static readonly IpmiCommand GetSystemGuid = new("Get System GUID", IpmiNetFunction.App, 0x37);
    public static readonly IpmiCommand SetChannelAccess = new("Set Channel Access", IpmiNetFunction.App, 0x40)
    {
        OwnCodes = ChannelAccessCodes,
    };
    public static readonly IpmiCommand GetChannelAccess = new("Get Channel Access", IpmiNetFunction.App, 0x41)
    {
        OwnCodes = ChannelAccessCodes,
    };
    public static readonly IpmiCommand GetChannelInfo = new("Get Channel Info", IpmiNetFunction.App, 0x42);
    public static readonly IpmiCommand SetUserAccess = new("Set User Access", IpmiNetFunction.App, 0x43);
    public static readonly IpmiCommand GetUserAccess = new("Get User Access", IpmiNetFunction.App, 0x44);
    public static readonly IpmiCommand SetUserName = new("Set User Name", IpmiNetFunction.App, 0x45);
    public static readonly IpmiCommand GetUserName = new("Get User Name", IpmiNetFunction.App, 0x46);
    public static readonly IpmiCommand SetUserPassword = new("Set User Password", IpmiNetFunction.App, 0x47)
    {
        Repeatable = false, OwnCodes = PasswordCodes,
    };
    public static readonly IpmiCommand GetChannelCipherSuites = new("Get Channel Cipher Suites", IpmiNetFunction.App, 0x54);

    // FRU inventory: chapter 34. Sensor data records: chapter 33. System event log: chapter 31.
    public static readonly IpmiCommand GetFruInventoryAreaInfo = new("Get FRU Inventory Area Info", IpmiNetFunction.Storage, 0x10);
    public static readonly IpmiCommand ReadFruData = new("Read FRU Data", IpmiNetFunction.Storage, 0x11)
    {
        OwnCodes = new Dictionary<byte, string> { [0x81] = "the FRU device is busy" },
    };

    public static readonly IpmiCommand GetSdrRepositoryInfo = new("Get SDR Repository Info", IpmiNetFunction.Storage, 0x20);
    public static readonly IpmiCommand ReserveSdrRepository = new("Reserve SDR Repository", IpmiNetFunction.Storage, 0x22);
    public static readonly IpmiCommand GetSdr = new("Get SDR", IpmiNetFunction.Storage, 0x23);
    public static readonly IpmiCommand GetSelInfo = new("Get SEL Info", IpmiNetFunction.Storage, 0x40) { OwnCodes = SelCodes };
    public static readonly IpmiCommand ReserveSel = new("Reserve SEL", IpmiNetFunction.Storage, 0x42) { OwnCodes = SelCodes };
    public static readonly IpmiCommand GetSelEntry = new("Get SEL Entry", IpmiNetFunction.Storage, 0x43) { OwnCodes = SelCodes };
    public static readonly IpmiCommand ClearSel = new("Clear SEL", IpmiNetFunction.Storage, 0x47);
    public static readonly IpmiCommand GetSelTime = new("Get SEL Time", IpmiNetFunction.Storage, 0x48);
    public static readonly IpmiCommand SetSelTime = new("Set SEL Time", IpmiNetFunction.Storage, 0x49);

    // LAN: chapter 23.
    public static readonly IpmiCommand SetLanConfigurationParameters =
        new("Set LAN Configuration Parameters", IpmiNetFunction.Transport, 0x01) { OwnCodes = ParameterCodes };

    public static readonly IpmiCommand GetLanConfigurationParameters =
        new("Get LAN Configuration Parameters", IpmiNetFunction.Transport, 0x02) { OwnCodes = ParameterCodes };

    // DCMI 1.5 §6.1 and §6.6.
    public static readonly IpmiCommand GetDcmiCapabilitiesInfo = new("Get DCMI Capabilities Info", IpmiNetFunction.GroupExtension, 0x01);
    public static readonly IpmiCommand GetPowerReading = new("Get Power Reading", IpmiNetFunction.GroupExtension, 0x02);
}
