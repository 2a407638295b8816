using Rackboot.Core.Events;
using Rackboot.Core.Power.Bmc;
using Rackboot.Ipmi;

namespace Rackboot.Core.Power.Drivers;

/// <summary>Which driver a machine's document asks for. All IPMI BMCs share one socket.</summary>
public sealed class PowerDrivers(TimeProvider time) : IDisposable
{
    private readonly IpmiSocket _socket = new(time);

    public IPowerController Connect(BmcContact contact) => contact.Spec.Driver switch
    {
        BmcDriver.Webhook => new WebhookPower(new Uri(contact.Spec.Url!), contact.Machine, contact.Login),
        BmcDriver.Manual => new ManualPower(contact.Machine, text => contact.Tell("power.request", Level.Warning, text)),
        BmcDriver.Qemu => new QemuPower(contact.Spec.Socket!),
        BmcDriver.Redfish => new RedfishPower(contact),
        BmcDriver.Ipmi => new IpmiPower(contact, _socket),
        _ => new AutoPower(contact, _socket),
    };

    public void Dispose() => _socket.Dispose();
}
