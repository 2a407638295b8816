namespace Rackboot.Core.Power.Bmc;

/// <summary>The driver of a machine's power.</summary>
public enum BmcDriver
{
    /// <summary>Redfish where the address answers it, else IPMI.</summary>
    Auto,
    Redfish,
    Ipmi,
    Webhook,
    Manual,
    Qemu,

    /// <summary>The machine's provider; not used in documents.</summary>
    Cloud,
}
