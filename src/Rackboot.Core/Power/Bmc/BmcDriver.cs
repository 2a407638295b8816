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

    /// <summary>The provider that the machine is placed at; nobody writes it into a document.</summary>
    Cloud,
}
