namespace Rackboot.Core.Power.Bmc;

/// <summary>How a machine is switched.</summary>
public enum BmcDriver
{
    /// <summary>Redfish where the address answers it, else IPMI.</summary>
    Auto,
    Redfish,
    Ipmi,
    Webhook,
    Manual,
    Qemu,
}
