namespace Rackboot.Core.Power.Drivers;

/// <summary>Which driver a machine's document asks for.</summary>
public static class PowerDrivers
{
    public static IPowerController Connect(BmcContact contact) => contact.Spec.Driver switch
    {
        BmcDriver.Webhook => new WebhookPower(new Uri(contact.Spec.Url!), contact.Machine, contact.Login),
        BmcDriver.Manual => new ManualPower(contact.Machine, contact.Ask),
        BmcDriver.Qemu => new QemuPower(contact.Spec.Socket!),
        _ => throw new PowerException(PowerFailure.NotSupported, $"driver {PowerDesk.Word(contact.Spec.Driver)} is not built yet"),
    };
}
